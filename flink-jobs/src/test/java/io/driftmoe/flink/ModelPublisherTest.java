// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.models.Model;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of a running job in files. */
class ModelPublisherTest {
  private static final List<LabeledExample> EXAMPLES = Events.examples(600);

  /** Of 512 bytes, with what no name of a file may hold. */
  private static final String AWKWARD = "../\u0000/ß:*?\"<>|\\\n" + "k".repeat(495);

  @TempDir private Path folder;

  private JobOptions options(Path published) {
    return Events.options(
        Map.of(
            "learner.preset", "paper-data",
            "models.publish.folder", published.toString(),
            "models.publish.every", "10 s"));
  }

  private static void send(MixtureHarness operator, String key, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features(key, i, EXAMPLES.get(i), true));
    }
  }

  private static List<String> files(Path published) {
    if (!Files.exists(published)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(published)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The clock of the harness, which stands still but for this. */
  private static final class Clock {
    private final MixtureHarness operator;
    private long now;

    Clock(MixtureHarness operator) {
      this.operator = operator;
    }

    /** Goes on for so long, in steps, after each of which files are written as far as begun. */
    void pass(long millis) throws Exception {
      for (long end = now + millis; now < end; ) {
        now = Math.min(end, now + 500);
        operator.processingTime(now);
        ModelPublisher publisher = Objects.requireNonNull(operator.publisher());
        await().pollInterval(Duration.ofMillis(1)).until(() -> !publisher.isWriting());
      }
    }
  }

  private static void assertSameFuture(int learned, Model found) {
    Model expected =
        Model.create(Events.SCHEMA, new MixtureSettings("{\"preset\":\"paper-data\"}"), 1);
    learn(expected, 0, learned);
    assertThat(found.version()).isEqualTo(learned);
    assertThat(learn(found, learned, learned + 50))
        .isEqualTo(learn(expected, learned, learned + 50));
  }

  private static List<List<Double>> learn(Model model, int from, int to) {
    List<List<Double>> predictions = new ArrayList<>();
    for (LabeledExample example : EXAMPLES.subList(from, to)) {
      PendingPrediction prediction = model.predict(example.features());
      model.learn(prediction, example.label());
      predictions.add(List.copyOf(model.probabilities(prediction).values()));
    }
    return predictions;
  }

  @Test
  void modelsThatHaveLearned_areWritten_andGoOnInAProgram() throws Exception {
    Path published = folder.resolve("new/models");
    Path foreign = published.resolve("of-others.model");
    Files.createDirectories(published);
    Files.writeString(foreign, "theirs");
    OperatorSubtaskState state;
    try (MixtureHarness operator = new MixtureHarness(options(published))) {
      Clock clock = new Clock(operator);
      send(operator, "a", 0, 300);
      send(operator, AWKWARD, 0, 20);
      operator.send(Events.features("only predicted", 0, EXAMPLES.get(0), false));
      assertThat(files(published)).containsExactly("of-others.model");
      clock.pass(15_000);
      List<String> expected =
          Stream.of("of-others.model", ModelFile.nameOf("a"), ModelFile.nameOf(AWKWARD))
              .sorted()
              .toList();
      await().untilAsserted(() -> assertThat(files(published)).isEqualTo(expected));
      assertThat(Files.readString(foreign)).isEqualTo("theirs");
      assertThat(ModelFile.read(published.resolve(ModelFile.nameOf(AWKWARD))).modelKey())
          .isEqualTo(AWKWARD);
      assertSameFuture(300, Model.load(published.resolve(ModelFile.nameOf("a"))));

      Files.delete(published.resolve(ModelFile.nameOf(AWKWARD)));
      send(operator, "a", 300, 310);
      clock.pass(15_000);
      await()
          .untilAsserted(
              () ->
                  assertThat(Model.load(published.resolve(ModelFile.nameOf("a"))).version())
                      .isEqualTo(310));
      assertThat(files(published)).as("only what changed").hasSize(2);
      state = operator.checkpoint(1);
    }
    Path moved = folder.resolve("moved");
    try (MixtureHarness operator = new MixtureHarness(options(moved), state)) {
      new Clock(operator).pass(15_000);
      await().untilAsserted(() -> assertThat(files(moved)).hasSize(3));
      assertSameFuture(310, Model.load(moved.resolve(ModelFile.nameOf("a"))));
    }
  }

  @Test
  void parkedModels_stayParked_andTheEndWritesAll() throws Exception {
    Path published = folder.resolve("models");
    try (MixtureHarness operator = new MixtureHarness(options(published))) {
      for (int key = 0; key < 40; key++) {
        send(operator, "key " + key, 0, 150);
      }
      operator.processingTime(3_600_000);
      operator.processingTime(3_600_001);
      operator.processingTime(3_660_000);
      assertThat(operator.models().live()).isZero();
      operator.endInput();
      operator.finish();
      assertThat(operator.models().live()).isZero();
    }
    assertThat(files(published)).hasSize(40).allMatch(name -> name.endsWith(".model"));
    for (int key = 0; key < 40; key += 13) {
      Path file = published.resolve(ModelFile.nameOf("key " + key));
      assertSameFuture(150, Model.load(file));
    }
  }

  /** A file stands where the folder is to be; then it is taken away. */
  @Test
  void failureToWrite_isCounted_andTriedAgain() throws Exception {
    Path published = Files.writeString(folder.resolve("models"), "in the way");
    try (MixtureHarness operator = new MixtureHarness(options(published))) {
      Clock clock = new Clock(operator);
      send(operator, "a", 0, 50);
      clock.pass(25_000);
      ModelPublisher publisher = Objects.requireNonNull(operator.publisher());
      assertThat(publisher.failures()).isPositive();
      send(operator, "a", 50, 60);
      assertThat(operator.predictions()).hasSize(60);
      assertThat(operator.deadLetters()).isEmpty();
      Files.delete(published);
      clock.pass(25_000);
      await()
          .untilAsserted(() -> assertThat(files(published)).containsExactly(ModelFile.nameOf("a")));
      assertSameFuture(60, Model.load(published.resolve(ModelFile.nameOf("a"))));
      Files.delete(published.resolve(ModelFile.nameOf("a")));
      Files.delete(published);
      Files.writeString(published, "again");
      send(operator, "a", 60, 61);
      operator.endInput();
      operator.finish(); // ends all the same
    }
  }
}
