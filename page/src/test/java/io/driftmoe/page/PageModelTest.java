// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.JsonRecordWriter;
import io.driftmoe.schemas.RecordNames;
import io.driftmoe.schemas.avro.BranchReport;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PageModelTest {
  private final AtomicLong nanos = new AtomicLong();
  private final PageModel model =
      new PageModel(
          new PageSettings(
              "job",
              List.of("forest 0", "guarded naive-bayes 1", "mlp 2"),
              List.of("up", "down"),
              List.of(new PlantedChange(3_000, 3_001), new PlantedChange(6_000, 6_001))),
          nanos::get);

  @Test
  void anAnswerToACommandForSeveralModelsOrNone_isNoModel() {
    Sent.to(model, Sent.change("a", 1, DriftKind.FREEZE, 0, "frozen"));
    Sent.to(model, Sent.change("", -1, DriftKind.FREEZE, 0, "frozen"));
    Sent.to(model, Sent.change("nobody", -1, DriftKind.REFUSE, 0, "no model"));
    assertThat(model.snapshot(null).path("models")).hasSize(1);
  }

  @Test
  void branchesAreThoseOfTheLatestReport() {
    MetricsEvent report = Sent.report("a", 500, 80);
    report.setBranches(
        List.of(
            new BranchReport(
                "wider", "", 400L, 300L, 81.5, 80.25, 7L, 11L, 0.5, "UNDECIDED", 1.5, 9_000L),
            new BranchReport(
                "gone", "it failed", 10L, 0L, 0.0, 0.0, 0L, 0L, 0.0, "UNDECIDED", -1.0, 0L)));
    report.setFrozen(true);
    Sent.to(model, report);
    JsonNode shown = model.snapshot(null).path("model");
    assertThat(shown.path("frozen").asBoolean()).isTrue();
    assertThat(shown.path("branches").get(0).toString())
        .isEqualTo(
            "{\"name\":\"wider\",\"dropped\":\"\",\"verdict\":\"UNDECIDED\",\"labels\":400,"
                + "\"compared\":300,\"negativeFlips\":7,\"positiveFlips\":11,\"bytes\":9000,"
                + "\"accuracy\":81.5,\"modelAccuracy\":80.25,\"logEvidence\":0.5,\"cpuShare\":1.5}");
    assertThat(shown.path("branches").get(1).path("dropped").asText()).isEqualTo("it failed");
    assertThat(shown.path("branches").get(1).path("accuracy").isNull()).isTrue();
    Sent.to(model, Sent.report("a", 600, 80));
    assertThat(model.snapshot(null).path("model").path("branches")).isEmpty();
  }

  @Test
  void whatIsExpectedOfWhatWaits_isThereWhereItIsKnown() {
    Sent.to(model, Sent.report("a", 500, 80));
    Sent.to(model, Sent.expecting("a", 600, 81.5, 3.25));
    Sent.to(model, Sent.expecting("a", 700, 82, -1));
    Sent.to(model, Sent.expecting("a", 800, Double.NaN, 4));
    Sent.to(model, Sent.expecting("a", 900, 1e300, 4));
    Sent.to(model, Sent.expecting("a", 1_000, 0, Double.POSITIVE_INFINITY));
    JsonNode shown = model.snapshot("a").path("model");

    assertThat(shown.path("series").path("expected").toString())
        .isEqualTo("[null,81.5,82.0,null,null,0.0]");
    assertThat(shown.path("series").path("expectedError").toString())
        .isEqualTo("[null,3.25,null,null,null,null]");
    assertThat(shown.path("expected").asDouble(-1)).isZero();
    assertThat(shown.path("expectedError").isNull()).isTrue();
  }

  @Test
  void switchesOfBranchesAreMarked_once_howeverManyThereAre() {
    Sent.to(model, Sent.report("a", 100, 80));
    Sent.to(model, Sent.change("a", 150, DriftKind.PROMOTE, "wider"));
    Sent.to(model, Sent.change("a", 150, DriftKind.PROMOTE, "wider")); // after a failure
    Sent.to(model, Sent.change("a", 160, DriftKind.BRANCH, "wider"));
    Sent.to(model, Sent.change("a", 190, DriftKind.ROLL_BACK, "wider"));
    for (int i = 0; i < 2 * Changes.MOST; i++) {
      Sent.to(model, Sent.change("a", 190, DriftKind.REPLACE, i, "member 0: its error rose"));
    }
    assertThat(model.snapshot("a").path("model").path("switches").toString())
        .isEqualTo(
            "[{\"learned\":150,\"kind\":\"PROMOTE\",\"branch\":\"wider\"},"
                + "{\"learned\":190,\"kind\":\"ROLL_BACK\",\"branch\":\"wider\"}]");

    for (int i = 0; i < 1_000; i++) {
      Sent.to(model, Sent.change("a", 200 + i, DriftKind.PROMOTE, "b".repeat(10_000)));
    }
    JsonNode shown = model.snapshot("a").path("model");
    assertThat(shown.path("switches")).hasSize(BranchSwitches.MOST);
    assertThat(shown.path("switches").get(BranchSwitches.MOST - 1).path("learned").asLong())
        .isEqualTo(1_199);
    assertThat(shown.path("changes").get(0).path("branch").asText()).startsWith("bbb");
    assertThat(shown.toString()).hasSizeLessThan(200_000);

    Sent.to(model, Sent.report("a", 50, 40)); // another model has begun
    assertThat(model.snapshot("a").path("model").path("switches")).isEmpty();
  }

  @Test
  void aDriftIsTold() {
    Sent.story(model, "a");
    JsonNode shown = model.snapshot(null).path("model");

    assertThat(shown.path("stories").findValuesAsText("text"))
        .containsExactly(
            "Drift planted at event 3,000, alarm 200 events later. Accuracy fell from 75.0 % to"
                + " 60.0 % and was back at 76.0 % after 900 events.",
            "Drift planted at event 6,000, alarm 100 events later. Accuracy fell from 75.0 % to"
                + " 60.0 %, and is not back yet.");
    assertThat(shown.path("counts").path("REPLACE").asInt()).isEqualTo(10);
    assertThat(shown.path("changes").get(0).path("kind").asText()).isEqualTo("SLEEP");
    assertThat(shown.path("changes").findValuesAsText("expert")).contains("forest 0", "mlp 2");
    assertThat(shown.path("families").get(2).path("asleep").asBoolean()).isTrue();
    assertThat(shown.path("families").get(0).path("weight").asDouble()).isEqualTo(0.6);
    assertThat(shown.path("predictions")).hasSize(LatestPredictions.MOST);
    assertThat(shown.path("predictions").get(0).path("id").asText()).isEqualTo("event-6500");
    int replaced = 0;
    for (JsonNode count : shown.path("series").path("replaced")) {
      replaced += count.asInt();
    }
    assertThat(replaced).isEqualTo(10);
  }

  /** As a job with output.format json writes them; which it is, each record says itself. */
  @Test
  void recordsInJson_areShownLikeThoseInAvro() {
    PageModel other =
        new PageModel(
            new PageSettings(
                "job",
                List.of("forest 0", "guarded naive-bayes 1", "mlp 2"),
                List.of("up", "down"),
                List.of(new PlantedChange(3_000, 3_001), new PlantedChange(6_000, 6_001))),
            nanos::get);
    JsonRecordWriter json =
        new JsonRecordWriter(
            new RecordNames(List.of("up", "down"), List.of("forest 0", "weather", "mlp 2")));
    for (long learned = 100; learned <= 500; learned += 100) {
      MetricsEvent report = Sent.telling("a", learned, "event-" + learned, "wind high", "up");
      DriftEvent alarm = Sent.alarm("a", learned);
      DriftEvent change = Sent.change("a", learned, DriftKind.SLEEP, 2, "gains nothing");
      PredictionEvent prediction = Sent.prediction("a", "event-" + learned, 0.5 / 3, 1.0 / 3, 0.5);
      DeadLetter letter = Sent.letter(learned, "why");
      Sent.to(model, report);
      Sent.to(model, alarm);
      Sent.to(model, change);
      Sent.to(model, prediction);
      Sent.to(model, letter);
      other.accept(PageTopic.METRICS, json.write(report), 0);
      other.accept(PageTopic.DRIFT_EVENTS, json.write(alarm), 0);
      other.accept(PageTopic.DRIFT_EVENTS, json.write(change), 0);
      other.accept(PageTopic.PREDICTIONS, json.write(prediction), 0);
      other.accept(PageTopic.DEAD_LETTERS, json.write(letter), 0);
    }
    assertThat(other.snapshot("a").toString())
        .isEqualTo(model.snapshot("a").toString())
        .contains("event-500", "wind high", "\"unreadable\":0");
    other.accept(PageTopic.PREDICTIONS, json.write(Sent.alarm("a", 1)), 0);
    other.accept(PageTopic.PREDICTIONS, new byte[] {'{'}, 0);
    assertThat(other.snapshot("a").toString()).contains("\"unreadable\":2");
  }

  @Test
  void aStorySaysSinceWhenAndWhere() {
    for (long learned = 100; learned <= 2_500; learned += 100) {
      Sent.to(model, Sent.report("a", learned, learned > 2_000 ? 50 : 75));
    }
    Sent.to(model, Sent.alarm("a", 2_300, 1_767_225_600_000L, "where wind high (5 to 40 %)"));
    Sent.to(model, Sent.alarm("a", 2_400, 1L, "everywhere")); // of the same drift
    Sent.to(model, Sent.report("a", 2_600, 50));
    JsonNode shown = model.snapshot("a").path("model").path("stories");

    assertThat(shown.findValuesAsText("text"))
        .containsExactly(
            "Alarm after event 2,300, since about 2026-01-01 00:00:00 UTC, where wind high (5 to"
                + " 40 %). Accuracy fell from 75.0 % to 50.0 %, and is not back yet.");
    assertThat(shown.get(0).path("sinceTime").asLong()).isEqualTo(1_767_225_600_000L);

    Sent.to(model, Sent.alarm("b", 2_300, Long.MAX_VALUE, "x".repeat(100_000)));
    assertThat(model.snapshot("b").toString()).hasSizeLessThan(10_000);
  }

  @Test
  void specialistsAreShownWithTheRegionTheyServe_asTheLatestReportHasThem() {
    Sent.to(model, Sent.telling("a", 1_000, "e", "wind high (+1.4 sd)", "down"));
    JsonNode shown = model.snapshot("a").path("model").path("specialists");
    assertThat(shown.get(0).toString())
        .isEqualTo(
            "{\"expert\":\"committee 1\",\"specialist\":\"0.7\","
                + "\"region\":\"wind high (+1.4 sd)\",\"weight\":0.4}");
    assertThat(shown).hasSize(2);

    Sent.to(model, Sent.report("a", 1_100, 70));
    assertThat(model.snapshot("a").path("model").path("specialists")).isEmpty();
  }

  @Test
  void anExplainedPredictionComesFirst_withWhoSaidWhat_whetherItWasSeenOrNot() {
    Sent.to(model, Sent.prediction("a", "seen", 0.6, 0.3, 0.1));
    Sent.to(model, Sent.telling("a", 1_000, "seen", "everywhere", "down"));
    Sent.to(model, Sent.telling("a", 1_100, "unseen", "everywhere", "up"));
    for (int i = 0; i < 2 * LatestPredictions.MOST; i++) {
      Sent.to(model, Sent.prediction("a", "later-" + i, 0.6, 0.3, 0.1));
    }
    JsonNode shown = model.snapshot("a").path("model").path("predictions");

    assertThat(shown).hasSize(LatestPredictions.MOST);
    assertThat(shown.findValuesAsText("id")).startsWith("unseen", "seen", "later-15");
    JsonNode unseen = shown.get(0);
    assertThat(unseen.path("probabilities").toString())
        .isEqualTo("[{\"name\":\"up\",\"value\":0.625}]");
    assertThat(unseen.path("weights")).isEmpty();
    JsonNode seen = shown.get(1);
    assertThat(seen.path("votes").toString())
        .isEqualTo(
            "[{\"expert\":\"mlp 2\",\"says\":\"down\",\"probability\":0.75,\"weight\":0.5},"
                + "{\"expert\":\"forest 0\",\"says\":\"up\",\"probability\":0.9,\"weight\":0.25}]");
    assertThat(seen.path("probabilities")).hasSize(2);
    assertThat(seen.path("weights")).hasSize(3);
    assertThat(shown.get(2).path("votes")).isEmpty();

    Sent.to(model, Sent.report("a", 50, 40)); // another model has begun
    assertThat(model.snapshot("a").path("model").path("predictions").findValuesAsText("id"))
        .doesNotContain("unseen");
  }

  @Test
  void whatIsExplainedIsBounded() {
    MetricsEvent report = Sent.telling("a", 1_000, "x".repeat(10_000), "y".repeat(10_000), "up");
    report.setSpecialists(Collections.nCopies(10_000, report.getSpecialists().get(0)));
    report
        .getExplained()
        .setVotes(Collections.nCopies(10_000, report.getExplained().getVotes().get(0)));
    Sent.to(model, report);
    ObjectNode shown = model.snapshot("a");

    assertThat(shown.path("model").path("specialists")).hasSize(SpecialistView.MOST);
    assertThat(shown.path("model").path("predictions").get(0).path("votes"))
        .hasSize(SampledPrediction.VOTES);
    assertThat(shown.toString()).hasSizeLessThan(10_000);
  }

  @Test
  void whatIsSentAgainAfterAFailure_isKnown() {
    Sent.story(model, "a");
    String before = model.snapshot(null).path("model").path("counts").toString();
    Sent.to(model, Sent.report("a", 5_000, 75));
    Sent.to(model, Sent.alarm("a", 6_100));
    Sent.to(model, Sent.change("a", 6_100, DriftKind.REPLACE, 0, "member 0: its error rose"));
    JsonNode shown = model.snapshot(null);

    assertThat(shown.path("model").path("counts").toString()).isEqualTo(before);
    assertThat(shown.path("model").path("wentBack").asInt()).isEqualTo(1);
    assertThat(shown.path("model").path("stories")).hasSize(2);
    assertThat(shown.path("alarms")).hasSize(2);
    JsonNode learned = shown.path("model").path("series").path("learned");
    assertThat(learned.get(learned.size() - 1).asLong()).isEqualTo(5_000);
  }

  /** It has learned less than the model of before: that is another one, and the job went on. */
  @Test
  void aPromotedBranchBeginsACourseOfItsOwn() {
    Sent.to(model, Sent.report("k", 1_000, 80));
    Sent.to(model, Sent.report("k", 2_000, 81));
    Sent.to(model, Sent.change("k", 2_100, DriftKind.PROMOTE, "wider"));
    MetricsEvent promoted = Sent.report("k", 600, 90);
    promoted.setEvents(2_500);
    promoted.setEmittedAt(1_700_000_000_000L + 2_500);
    Sent.to(model, promoted);
    JsonNode shown = model.snapshot("k").path("model");
    assertThat(shown.path("wentBack").asInt()).isZero();
    assertThat(shown.path("series").path("learned").toString()).isEqualTo("[600]");
    assertThat(shown.toString()).contains("wider");
    Sent.to(model, Sent.report("k", 2_600, 91));
    assertThat(model.snapshot("k").path("model").path("series").path("learned")).hasSize(2);
  }

  @Test
  void anotherModelUnderTheKey_beginsAnew() {
    Sent.story(model, "a");
    Sent.to(model, Sent.report("a", 50, 40));
    JsonNode shown = model.snapshot(null).path("model");

    assertThat(shown.path("stories")).isEmpty();
    assertThat(shown.path("changes")).isEmpty();
    assertThat(shown.path("series").path("learned")).hasSize(1);
  }

  @Test
  void theWorstModelsComeFirst_andAreKept_howeverManyThereAre() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(1));
    for (int i : order) {
      Sent.to(model, Sent.report("key-" + i, 1_000, i / 50.0));
    }
    JsonNode shown = model.snapshot("no such key");

    List<String> keys = shown.path("models").findValuesAsText("key");
    assertThat(keys).hasSize(PageModel.KEYS_SHOWN);
    for (int i = 0; i < keys.size(); i++) {
      assertThat(keys.get(i)).isEqualTo("key-" + i);
    }
    assertThat(shown.path("keys").asInt()).isEqualTo(KeyList.CAPACITY);
    assertThat(shown.path("crowded").asBoolean()).isTrue();
    assertThat(shown.path("model").path("key").asText()).isEqualTo("key-0");
  }

  @Test
  void aWatchedModelIsKept_andASilentOneGoesFirst() {
    model.watch("best");
    for (int i = 0; i < KeyList.CAPACITY + 50; i++) {
      Sent.to(model, Sent.report("key-" + i, 1_000, 50));
    }
    Sent.to(model, Sent.report("best", 1_000, 99));
    assertThat(model.snapshot("best").path("model").path("key").asText()).isEqualTo("best");

    nanos.addAndGet(2 * KeyList.SILENT_NANOS);
    Sent.to(model, Sent.report("new and good", 1_000, 98));
    assertThat(model.snapshot("new and good").path("model").path("key").asText())
        .isEqualTo("new and good");
    model.unwatch("best");
  }

  @Test
  void numbersThatAreNone_clocksThatJump_andBytesThatAreNoRecord() {
    MetricsEvent odd = Sent.report("a", 1_000, Double.NaN);
    odd.setWindowKappaM(Double.NEGATIVE_INFINITY);
    odd.setEmittedAt(Long.MAX_VALUE);
    Sent.to(model, odd);
    MetricsEvent back = Sent.report("a", 2_000, 70);
    back.setEmittedAt(Long.MIN_VALUE / 2);
    Sent.to(model, back);
    Sent.to(model, Sent.prediction("a", "odd", Double.NaN, -5, Double.POSITIVE_INFINITY));
    model.accept(PageTopic.METRICS, new byte[] {1, 2, 3}, 0);
    model.accept(PageTopic.PREDICTIONS, null, 0);
    ObjectNode shown = model.snapshot("a");

    assertThat(shown.toString()).doesNotContain("NaN", "Infinity");
    assertThat(shown.path("unreadable").asInt()).isEqualTo(2);
    assertThat(shown.path("model").path("series").path("accuracy").get(0).isNull()).isTrue();
    assertThat(shown.path("model").path("eventsPerSecond").isNull()).isTrue();
    assertThat(shown.path("model").path("families").get(1).path("weight").asDouble()).isZero();
  }

  @Test
  void longTextsAreCut_andStayApart() {
    String key = "k".repeat(10_000);
    Map<String, Long> losses = new HashMap<>();
    for (long i = 0; i < 100; i++) {
      losses.put("x".repeat(10_000) + i, i);
    }
    for (int i = 0; i < 300; i++) {
      MetricsEvent report = Sent.report(key + i % 7, 1_000 + i, 60);
      report.setLosses(losses);
      if (i < 14) {
        Sent.to(model, report);
      }
      Sent.to(model, Sent.prediction(key + i % 7, "e".repeat(10_000) + i, 0.5, 0.5));
      Sent.to(model, Sent.letter(i, "r".repeat(10_000)));
      Sent.to(model, Sent.change(key, i, DriftKind.REPLACE, i, "\ud83d\ude00".repeat(5_000)));
    }
    ObjectNode shown = model.snapshot(key);

    assertThat(shown.path("models")).hasSize(8);
    assertThat(shown.toString()).hasSizeLessThan(100_000);
    assertThat(shown.path("deadLetters").path("counts").path("INVALID").asInt()).isEqualTo(300);
    assertThat(shown.path("deadLetters").path("latest")).hasSize(DeadLetterView.MOST);
    assertThat(shown.path("model").path("changes")).hasSize(Changes.MOST);
  }

  @Test
  void throughputComesFromTheTopic_whateverTheKeys() {
    long version = model.version();
    assertThat(model.snapshot(null).path("eventsPerSecond").isNull()).isTrue();
    for (int i = 0; i <= 10; i++) {
      model.progress(1_000L * i, 0);
      nanos.addAndGet(500_000_000L);
    }
    assertThat(model.snapshot(null).path("eventsPerSecond").asDouble()).isEqualTo(2_000);
    assertThat(model.version()).isGreaterThan(version);
    model.progress(3, 17);
    assertThat(model.snapshot(null).path("eventsPerSecond").isNull()).isTrue();
    assertThat(model.snapshot(null).path("skipped").asLong()).isEqualTo(17);
  }

  @Test
  void anOutageLasts_untilTheJobThatHasRecoveredWrites() {
    assertThat(model.snapshot(null).path("outage").asText()).isEmpty();
    model.outage("The TaskManager was killed", 10_000, 10_400);
    assertThat(model.snapshot(null).path("outage").asText())
        .isEqualTo("The TaskManager was killed; nothing has come since.");

    model.accept(PageTopic.METRICS, null, 10_400); // on its way when it happened
    assertThat(model.snapshot(null).path("outage").asText()).endsWith("nothing has come since.");

    model.accept(PageTopic.METRICS, null, 13_100);
    model.accept(PageTopic.METRICS, null, 19_000);
    assertThat(model.snapshot(null).path("outage").asText())
        .isEqualTo(
            "The TaskManager was killed; the job went on from its last checkpoint and wrote again"
                + " after 3.1 s.");
  }
}
