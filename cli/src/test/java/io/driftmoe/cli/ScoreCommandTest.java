// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.PrequentialEvaluator;
import io.driftmoe.router.Preset;
import io.driftmoe.router.models.Model;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved models over data files. */
class ScoreCommandTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("heat"),
              Attribute.nominal("room", List.of("hall", "cellar")),
              Attribute.numeric("noise")),
          new LabelSpace(List.of("fine", "bad")));

  private record Event(Double heat, String room, double noise, String label) {
    Map<String, Object> values() {
      return heat == null
          ? Map.of("room", room, "noise", noise)
          : Map.of("heat", heat, "room", room, "noise", noise);
    }
  }

  private static final List<Event> EVENTS = events();

  @TempDir private Path folder;
  private Path model;

  private static List<Event> events() {
    SplitMix64 random = new SplitMix64(3);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double heat = random.nextDouble();
      String room = random.nextDouble() < 0.5 ? "hall" : "cellar";
      boolean bad = heat > (room.equals("hall") ? 0.6 : 0.3);
      events.add(
          new Event(
              i % 11 == 0 ? null : heat, room, 5 * random.nextDouble(), bad ? "bad" : "fine"));
    }
    return events;
  }

  @BeforeEach
  void saveAModel() throws IOException {
    model = folder.resolve("boiler.model");
    Model learned = Model.create(SCHEMA, MixtureSettings.of(Preset.PAPER_DATA), 4);
    EVENTS.subList(0, 200).forEach(e -> learned.learn(learned.predict(e.values()), e.label()));
    learned.save(model);
  }

  /** The columns in another order, with one that the model does not know. */
  private Path csv() throws IOException {
    List<String> lines = new ArrayList<>(List.of("id;state;noise;room;heat"));
    for (int i = 200; i < 400; i++) {
      Event event = EVENTS.get(i);
      String heat = event.heat() == null ? "NA" : comma(event.heat());
      lines.add(
          "%s;%s;%s;%s;%s".formatted(i, event.label(), comma(event.noise()), event.room(), heat));
    }
    return Files.write(folder.resolve("boiler.csv"), lines);
  }

  private static String comma(double number) {
    return Double.toString(number).replace('.', ',');
  }

  private Path json() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Event event : EVENTS.subList(200, 400)) {
      ObjectNode object = new ObjectMapper().createObjectNode();
      object.put("noise", event.noise()).put("id", "x").put("state", event.label());
      if (event.heat() != null) {
        object.put("heat", event.heat());
      }
      lines.add(object.put("room", event.room()).toString());
    }
    return Files.write(folder.resolve("boiler.jsonl"), lines);
  }

  /** What the library says of the second half. */
  private record Expected(List<List<Double>> probabilities, PrequentialEvaluator.Scores scores) {}

  private Expected expected(boolean learn) throws IOException {
    Model library = Model.load(model);
    PrequentialEvaluator scores = new PrequentialEvaluator(2, 10);
    List<List<Double>> probabilities = new ArrayList<>();
    for (Event event : EVENTS.subList(200, 400)) {
      PendingPrediction prediction = library.predict(event.values());
      probabilities.add(List.copyOf(library.probabilities(prediction).values()));
      scores.add(SCHEMA.labels().indexOf(event.label()), prediction.predictedClass());
      if (learn) {
        library.learn(prediction, event.label());
      }
    }
    return new Expected(probabilities, scores.overall());
  }

  private static String accuracy(Expected expected) {
    return String.format(Locale.ROOT, "accuracy        %.2f %%", expected.scores().accuracy());
  }

  @Test
  void csv_byNamesOfColumns_equalsTheLibrary() throws IOException {
    Path out = folder.resolve("scored.csv");
    Run run = score("--data", csv().toString(), "--class", "state", "--out", out.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    Expected expected = expected(false);
    assertThat(run.out()).contains(accuracy(expected), "rows            200", "kappa-M ");
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSize(201);
    assertThat(lines.get(0)).isEqualTo("row,predicted,label,p(fine),p(bad)");
    for (int i = 0; i < 200; i++) {
      String[] fields = lines.get(i + 1).split(",");
      List<Double> probabilities = expected.probabilities().get(i);
      assertThat(fields[0]).isEqualTo(Integer.toString(i + 1));
      assertThat(fields[1])
          .isEqualTo(probabilities.get(0) >= probabilities.get(1) ? "fine" : "bad");
      assertThat(fields[2]).isEqualTo(EVENTS.get(200 + i).label());
      assertThat(Double.valueOf(fields[3])).isEqualTo(probabilities.get(0));
      assertThat(Double.valueOf(fields[4])).isEqualTo(probabilities.get(1));
    }
    assertThat(Model.load(model).version()).as("learned nothing").isEqualTo(200);
  }

  @Test
  void jsonLines_learned_equalTheLibrary_andTheModelIsKept() throws IOException {
    Path kept = folder.resolve("further.model");
    Run run =
        score(
            "--data",
            json().toString(),
            "--class",
            "state",
            "--learn",
            "--save-model",
            kept.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    Expected expected = expected(true);
    assertThat(run.err()).contains(accuracy(expected), "learned in all  400");
    List<String> lines = run.outLines();
    assertThat(lines).hasSize(200);
    for (int i = 0; i < 200; i++) {
      JsonNode line = new ObjectMapper().readTree(lines.get(i));
      assertThat(line.path("row").asInt()).isEqualTo(i + 1);
      assertThat(line.path("label").asText()).isEqualTo(EVENTS.get(200 + i).label());
      assertThat(line.path("probabilities").path("bad").asDouble())
          .isEqualTo(expected.probabilities().get(i).get(1));
    }
    Model uninterrupted = Model.load(model);
    EVENTS
        .subList(200, 400)
        .forEach(e -> uninterrupted.learn(uninterrupted.predict(e.values()), e.label()));
    Model further = Model.load(kept);
    assertThat(further.describe()).isEqualTo(uninterrupted.describe());
    assertThat(further.predict(EVENTS.get(0).values()).probabilities())
        .isEqualTo(uninterrupted.predict(EVENTS.get(0).values()).probabilities());
  }

  @Test
  void json_isReadAsAJobReadsIt() throws IOException {
    Path numbers = folder.resolve("numbers.model");
    StreamSchema schema =
        new StreamSchema(
            List.of(Attribute.numeric("heat"), Attribute.nominal("room", List.of("7", "true"))),
            new LabelSpace(List.of("0", "1")));
    Model.create(schema, MixtureSettings.of(Preset.PAPER_DATA), 4).save(numbers);
    Path data =
        Files.write(
            folder.resolve("numbers.jsonl"),
            List.of(
                "{\"heat\":\"1.5\",\"room\":7.0,\"y\":1.0}",
                "{\"heat\":-999.0,\"room\":true,\"y\":\"0\"}",
                "{\"heat\":\"-999\",\"room\":\"NA\",\"y\":0}",
                "{\"heat\":NaN,\"room\":-999.00,\"y\":0}"));
    Run run =
        driftmoe(
            List.of(
                "score",
                "--model",
                numbers.toString(),
                "--data",
                data.toString(),
                "--class",
                "y",
                "--missing=NA,NaN,-999"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("labels          4").doesNotContain("does not know");
    Run strict =
        driftmoe(List.of("score", "--model", numbers.toString(), "--data", data.toString()));
    assertThat(strict.exitCode()).isOne();
    assertThat(strict.err()).contains(":4: field 'heat' holds");
  }

  @Test
  void withoutClass_thereAreNoScores_andUnknownValuesAreSaid() throws IOException {
    Path data =
        Files.write(
            folder.resolve("one.csv"), List.of("heat,room,noise", "1,attic,2", "0.5,hall,1"));
    Run run = score("--data", data.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.outLines()).hasSize(3);
    assertThat(run.outLines().get(2)).startsWith("2,");
    assertThat(run.err())
        .contains("column 'room': 1 values that the model does not know", "labels          0")
        .doesNotContain("accuracy");
  }

  @Test
  void anotherSchema_isRefused_namingTheColumn() throws IOException {
    Path lacking = Files.write(folder.resolve("a.csv"), List.of("heat,noise", "1,2"));
    refused(
        2, "has no column 'room' of the model; it has heat, noise", "--data", lacking.toString());
    Path text = Files.write(folder.resolve("b.csv"), List.of("heat,room,noise", "1,hall,loud"));
    refused(
        1,
        ":2: column 'noise' holds 'loud', and the model takes a number",
        "--data",
        text.toString());
    Path classes =
        Files.write(folder.resolve("c.csv"), List.of("heat,room,noise,y", "1,hall,2,awful"));
    refused(2, "no column 'z' of --class", "--data", classes.toString(), "--class", "z");
    refused(
        1,
        ":2: column 'y' holds the class 'awful', the model has fine, bad",
        "--data",
        classes.toString(),
        "--class",
        "y");
    Path json = Files.write(folder.resolve("d.json"), List.of("{\"heat\":1,\"noise\":2}"));
    refused(1, "no row has the field 'room'", "--data", json.toString());
    Path words = Files.write(folder.resolve("e.json"), List.of("{\"heat\":\"warm\"}"));
    refused(1, ":1: field 'heat' holds \"warm\"", "--data", words.toString());
    refused(2, "--learn needs --class", "--data", json.toString(), "--learn");
  }

  /** Nor is anything written then. */
  private void refused(int exitCode, String words, String... options) throws IOException {
    Path out = folder.resolve("refused.csv");
    List<String> args = new ArrayList<>(List.of(options));
    args.addAll(List.of("--out", out.toString()));
    Run run = score(args.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err()).contains(words).hasLineCount(1);
    assertThat(out).doesNotExist();
    try (var files = Files.list(folder)) {
      assertThat(files).noneMatch(file -> Objects.toString(file).endsWith(".tmp"));
    }
  }

  private Run score(String... options) {
    List<String> args = new ArrayList<>(List.of("score", "--model", model.toString()));
    args.addAll(List.of(options));
    return driftmoe(args);
  }

  @Test
  void aModelWithACoverage_hasPredictionSets() throws IOException {
    MixtureSettings settings =
        new MixtureSettings("{\"preset\": \"paper-data\", \"coverage\": 0.7}");
    Model learned = Model.create(SCHEMA, settings, 4);
    EVENTS.subList(0, 200).forEach(e -> learned.learn(learned.predict(e.values()), e.label()));
    learned.save(model);
    Model library = Model.load(model);
    List<List<String>> sets = new ArrayList<>();
    for (Event event : EVENTS.subList(200, 400)) {
      sets.add(library.predictionSet(library.predict(event.values())));
    }
    Path out = folder.resolve("out.csv");

    Run run =
        driftmoe(
            "score",
            "--model=" + model,
            "--data=" + csv(),
            "--class=state",
            "--decimal=,",
            "--out=" + out);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).containsPattern("coverage +[0-9.]+ %").contains("classes per set");
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.get(0)).isEqualTo("row,predicted,label,p(fine),p(bad),in(fine),in(bad)");
    for (int i = 0; i < sets.size(); i++) {
      List<String> set = sets.get(i);
      String in = (set.contains("fine") ? "1," : "0,") + (set.contains("bad") ? "1" : "0");
      assertThat(lines.get(i + 1)).endsWith("," + in);
    }

    Path lined = folder.resolve("out.jsonl");
    assertThat(driftmoe("score", "--model=" + model, "--data=" + json(), "--out=" + lined))
        .extracting(Run::exitCode)
        .isEqualTo(0);
    JsonNode first = new ObjectMapper().readTree(Files.readAllLines(lined).get(0));
    List<String> named = new ArrayList<>();
    first.path("predictionSet").forEach(name -> named.add(name.asText()));
    assertThat(named).isEqualTo(sets.get(0));
  }
}
