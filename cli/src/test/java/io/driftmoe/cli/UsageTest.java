// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Wrong usage ends with 2 and one line that names the option and what it allows. */
class UsageTest {

  static Stream<Arguments> wrongUsage() {
    return Stream.of(
        wrong("", "Missing required subcommand"),
        wrong("demo --data a.csv", "driftmoe demo: Missing required option: --class=NAME"),
        wrong(
            "dmeo",
            "'dmeo'",
            "commands are demo, job, produce, consume, control, watch, replay, why, forget, broker, topics,"
                + " doctor, inspect, score, tune, bench"),
        wrong("demo --stream nope", "--stream: no stream is called 'nope'; known are led_a"),
        wrong("demo --preset fast", "--preset", "allowed: adaptive, paper-data, paper-task"),
        wrong("demo --events many", "--events", "many"),
        wrong("demo --stream sea_a --events 0", "--events must lie between 1 and"),
        wrong("demo --order random", "--order", "arrival, event-time"),
        wrong("demo --rate -1", "--rate must be 0 or a positive number"),
        wrong("demo --label-delay -1", "--label-delay must lie between 0"),
        wrong("demo --label-delay soon", "a number of events or true-times, got 'soon'"),
        wrong(
            "demo --label-delay true-times",
            "no times of labels are recorded for stream 'led_a'; those of flights, melbourne"),
        wrong(
            "demo --stream flights --label-delay true-times --order arrival",
            "--label-delay true-times",
            "--order arrival does not go with it"),
        wrong("demo --warm-up -1", "--warm-up must not be negative"),
        wrong("demo --verify --label-delay 5", "--order event-time"),
        wrong("demo -Dkafka.bootstrap=a:1", "-Dkafka.bootstrap: the demo starts a broker"),
        wrong("demo -Ddriftmoe.schema.classes=[a,b]", "-Ddriftmoe.schema.classes", "stream"),
        wrong("demo -Djob.nope=1", "no configuration key job.nope"),
        wrong("demo -Dlearner.preset=fast", "-D: learner.preset", "adaptive"),
        wrong("demo --data nowhere.arff --class c", "--data: no data file nowhere.arff"),
        wrong("demo --data nowhere.arff", "--class=NAME"),
        wrong("demo --data x.txt --class c", "--data: x.txt: data files end in .arff, .arff.gz"),
        wrong("demo --stream sea_a --data x.arff --class c", "mutually exclusive"),
        wrong("demo --stream sea_a --summary no/such/folder/s.json", "--summary"),
        wrong("demo --sumary s.json", "did you mean", "--summary"),
        wrong("job", "--config"),
        wrong("job --config nowhere.yaml", "--config: no file nowhere.yaml"),
        wrong("job --init", "--stream NAME"),
        wrong("job --init --stream sea_a --preset x", "allowed: adaptive, paper-data, paper-task"),
        wrong("job --init --stream sea_a -Dlearner.sed=1", "learner.sed", "preset"),
        wrong("produce", "--stream NAME, or --data FILE"),
        wrong("produce --stream sea_a --interval 0s", "--interval", "shorter than 1 ms"),
        wrong("produce --stream sea_a --interval soon", "--interval", "500ms, 10s, 1h"),
        wrong("produce --stream sea_a --start yesterday", "--start", "yesterday"),
        wrong("produce --stream sea_a --label-delay true-times", "no times of labels", "'sea_a'"),
        wrong(
            "produce --stream flights --label-delay true-times --start 2024-01-01T00:00:00Z",
            "--start does not go with --label-delay true-times"),
        wrong(
            "produce --stream flights --label-delay true-times --first now",
            "--first now does not go with --label-delay true-times"),
        wrong("consume", "--topic"),
        wrong("consume --topic features --from middle", "--from", "[BEGINNING, END]"),
        wrong("consume --topic features --max 0", "--max must be positive"),
        wrong("tune --stream sea_a", "Missing required option: '--budget=LIMITS'"),
        wrong("tune --budget 1ms", "give --stream NAME, or --data FILE"),
        wrong("tune --stream sea_a --budget 5", "--budget", "'5' is no limit; write a time"),
        wrong("tune --stream sea_a --budget 1us,2us", "'2us' is a second limit of its kind"),
        wrong("tune --stream sea_a --budget 1us --level 1", "--level must be above 0 and below 1"),
        wrong("tune --stream sea_a --budget 1us --candidates no.yaml", "--candidates: cannot read"),
        wrong("tune --stream sea_a --budget 1us --config no.yaml", "--config: no file no.yaml"),
        wrong("tune --stream nope --budget 1us", "--stream: no stream is called 'nope'"),
        wrong("bench --end-to-end --events 5", "--events does not go with --end-to-end"),
        wrong("bench --end-to-end --workers 2", "--workers does not go with --end-to-end"),
        wrong("bench --end-to-end --variants f", "--variants does not go with --end-to-end"),
        wrong("bench --seconds 5", "--seconds needs --end-to-end"),
        wrong("bench --checkpoint-interval 5s", "--checkpoint-interval needs --end-to-end"),
        wrong("bench --end-to-end --seconds 0", "--seconds must lie between 1 and 300"),
        wrong("bench --end-to-end --seconds many", "--seconds", "many"),
        wrong("bench --end-to-end --checkpoint-interval 1h", "between 10 ms and 300 s"),
        wrong("bench --keys 5", "--keys needs --end-to-end"),
        wrong("bench --rates 5", "--rates needs --end-to-end"),
        wrong("bench -D job.buffer-timeout=1ms", "-D needs --end-to-end"),
        wrong("bench --end-to-end --keys 1,0", "--keys must lie between 1 and 100000"),
        wrong("bench --end-to-end --warm-up-events -1", "--warm-up-events", "between 0 and"),
        wrong("bench --end-to-end --rates 0", "--rates must lie between 1 and 1000000"),
        wrong("bench --end-to-end -Djob.buffer-timeout=2h", "-D", "buffer-timeout"),
        wrong("bench --end-to-end -Djob.bufer=1ms", "-D", "bufer"),
        wrong("bench --soak 5", "--soak needs --end-to-end"),
        wrong("bench --end-to-end --soak 2000", "--soak must lie between 1 and 1440"),
        wrong("bench --end-to-end --burst 5", "--burst needs --soak"),
        wrong("bench --end-to-end --soak 2 --burst 4", "--burst must lie between 1 and a 40th"),
        wrong("bench --end-to-end --soak 2 --rates 4", "--rates does not go with --soak"),
        wrong("bench --end-to-end --checkpoint-interval soon", "--checkpoint-interval", "500ms"),
        wrong("bench --end-to-end --streams led_a,sea_a", "--streams must name one stream"),
        wrong("bench --end-to-end --streams nope", "--streams: no stream is called 'nope'"),
        wrong("bench --end-to-end --learners nope", "--learners: no learner is called 'nope'"),
        wrong("bench --end-to-end --seeds 1,2", "--seeds must name one seed"),
        wrong("replay", "--config"),
        wrong("replay --config nowhere.yaml", "--config: no file nowhere.yaml"),
        wrong("replay --config nowhere.yaml --threads 0", "--threads must be at least 1, got 0"),
        wrong("replay --config nowhere.yaml --out x", "--out needs --variant"),
        wrong("replay --config nowhere.yaml --until noon", "--until", "2020-01-31T23:59:59Z"),
        wrong("why --config nowhere.yaml --key k", "--event"),
        wrong("why --config nowhere.yaml --key k --event e", "--config: no file nowhere.yaml"),
        wrong("forget --config x.yaml --savepoint s --to t --certificate c", "--header"),
        wrong(
            "forget --config x.yaml --savepoint s --to t --certificate c --key k --prefix k",
            "--key",
            "--prefix"),
        wrong(
            "forget --config x.yaml --savepoint s --to t --certificate c --header h",
            "--header must be NAME=VALUE, got h"),
        wrong(
            "forget --config x.yaml --savepoint s --to t --certificate c --header h=v",
            "--config: no file x.yaml"),
        wrong("topics --partitions 0", "--partitions must be from 1 to 10000, got 0"),
        wrong("topics --partitions 99999", "--partitions must be from 1 to 10000, got 99999"),
        wrong("topics --replication 0", "--replication must be positive or -1"),
        wrong("topics --config nowhere.yaml", "--config: no file nowhere.yaml"),
        wrong("bench --groups some", "--groups: 'some' is unknown, allowed: one, each, fleet"),
        wrong("bench --groups each --streams led_a", "stream led_a has no group", "--group"),
        wrong("bench --groups each --streams led_a --group nope", "there is no attribute 'nope'"),
        wrong("bench --groups each --folds 3", "--folds does not go with --groups"),
        wrong("bench --group x", "--group"),
        wrong("bench --sizes experts", "--sizes: 'experts' is unknown, allowed: attributes"),
        wrong("bench --sizes classes --size-events 9", "--size-events must lie between 100 and"),
        wrong("bench --sizes classes --size-seconds 0", "--size-seconds must be at least 1"),
        wrong("bench --sizes young-keys --size-events 500", "--size-events needs --sizes attr"),
        wrong("bench --sizes young-keys --learners ARF-10", "young-keys needs a mixture", "ARF-10"),
        wrong("bench --sizes classes --seeds 1,2", "--seeds must name one seed here, got 2"),
        wrong("bench --sizes classes --streams led_a", "--streams does not go with --sizes"),
        wrong("bench --sizes classes --events 10", "--events does not go with --sizes; what does"),
        wrong("bench --sizes classes --folds 3", "--folds does not go with --sizes"),
        wrong("bench --sizes classes --label-delay 9", "--label-delay does not go with --sizes"),
        wrong("bench --sizes classes --workers 1", "--workers does not go with --sizes"),
        wrong("bench --sizes classes --groups each", "--groups does not go with --sizes"),
        wrong("bench --sizes classes --micro Gate", "--micro does not go with --sizes"),
        wrong("bench --sizes classes --end-to-end", "--end-to-end does not go with --sizes"),
        wrong("bench --streams led_b", "--streams: no stream is called 'led_b'; known are led_a"),
        wrong("bench --learners ARF-11", "--learners: no learner is called 'ARF-11'", "ARF-10"),
        wrong(
            "bench --streams regime_s4s,led_a --learners oracle-source",
            "--learners: oracle-source must be told the sources",
            "those of stream led_a are not known; those of regime_s4s"),
        wrong(
            "bench --end-to-end --learners oracle-posterior",
            "--learners: oracle-posterior does not go with --end-to-end"),
        wrong("bench --learners ARF-10,arf-10", "name 'ARF-10' twice"),
        wrong("bench --moa trees.HoeffdingTree", "--moa must be NAME=CLASSIFIER"),
        wrong("bench --moa HT=trees.NoTree", "--moa: MOA cannot make a classifier", "NoTree"),
        wrong("bench --variants nowhere.yaml", "--variants: cannot read nowhere.yaml"),
        wrong("bench --events 0", "--events must lie between 1 and 2147483647, got 0"),
        wrong("bench --events 1e5", "--events", "'1e5' is not a whole number"),
        wrong("bench --seeds 1,two", "--seeds", "'two' is not a whole number"),
        wrong("bench --label-delay soon", "--label-delay", "allowed are N, A-B or CLASS=N"),
        wrong("bench --label-delay 9-3", "--label-delay", "9 and 3"),
        wrong("bench --streams led_a --label-delay UP=3", "no class 'UP'; its classes are"),
        wrong(
            "bench --streams led_a --label-delay true-times",
            "--label-delay true-times: no times of labels are recorded for stream 'led_a'"),
        wrong(
            "bench --data x.csv --class c --time-column at",
            "--time-column and --label-time-column come together"),
        wrong("bench --folds 3 --label-delay true-times", "--folds above 1 needs every label"),
        wrong("bench --label-share 0", "--label-share must be above 0 and at most 1, got 0"),
        wrong("bench --label-share half", "--label-share", "'half' is not a number"),
        wrong("bench --label-budget 0", "--label-budget", "'0' is not a share of labels"),
        wrong("bench --label-budget much", "--label-budget", "'much' is not a share of labels"),
        wrong("bench --ask nobody", "--ask", "'nobody' is neither uncertain nor random"),
        wrong("bench --folds 3 --label-budget 5%", "--folds above 1 needs every label at once"),
        wrong("bench --folds 0", "--folds must lie between 1 and 100, got 0"),
        wrong("bench --folds 10 --label-delay 5", "--folds above 1 needs every label at once"),
        wrong("bench --detectors ADWIM", "--detectors: no detector is called 'ADWIM'", "ADWIN"),
        wrong("doctor", "Missing required option", "--config"),
        wrong("watch", "Missing required option", "--config"),
        wrong("watch --config nowhere.yaml", "--config: no file nowhere.yaml"),
        wrong(
            "watch --config pom.xml --port 65536",
            "--port must lie between 0 and 65535, got 65536"),
        wrong("broker --port 65536", "--port must lie between 0 and 65535, got 65536"),
        wrong("broker --data pom.xml", "--data must be a folder, and pom.xml is a file"),
        wrong("doctor --config nowhere.yaml", "--config: no file nowhere.yaml"),
        wrong("doctor --config pom.xml --target here", "--config pom.xml"),
        wrong("bench --window 0", "--window must lie between 1 and"),
        wrong("bench --warm-up -1", "--warm-up must lie between 0 and"),
        wrong("bench --workers 0", "--workers must lie between 1 and 1024, got 0"),
        wrong("bench --memory lots", "--memory must be a number followed by m or g"),
        wrong("bench --timeout -1", "--timeout must be 0 (never) or a positive number"),
        wrong("bench --out pom.xml", "--out must be a folder, and pom.xml is a file"),
        wrong("bench --data nowhere.arff --class c", "--data: no data file nowhere.arff"),
        wrong("bench --data x.arff --class c --streams led_a", "mutually exclusive"));
  }

  private static Arguments wrong(String line, String... messages) {
    return Arguments.of(line, List.of(messages));
  }

  @ParameterizedTest
  @MethodSource
  void wrongUsage(String line, List<String> messages) {
    Run run = driftmoe(line.isEmpty() ? new String[0] : line.split(" "));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).startsWith("driftmoe").contains(messages).contains("--help)");
    assertThat(run.err()).doesNotContain("Exception", "java.", "\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo", "job", "produce", "consume", "watch", "broker", "topics", "doctor", "bench", "data"
      })
  void help_ofEveryCommand(String command) {
    Run run = driftmoe(command, "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: driftmoe " + command);
    assertThat(run.err()).isEmpty();
    assertThat(driftmoe("--help").out()).contains("  " + command + "  ");
  }

  /** picocli breaks long lines itself, where the terminal ends: ours are whole sentences. */
  @Test
  void descriptionsAndFooters_breakBetweenSentences() {
    List<String> lines = new ArrayList<>();
    addLines(Main.commandLine(), lines);
    assertThat(lines)
        .hasSizeGreaterThan(30)
        .allMatch(line -> line.isEmpty() || line.startsWith("  ") || line.matches("(?s).*[.:]"));
  }

  private static void addLines(CommandLine command, List<String> lines) {
    lines.addAll(List.of(command.getCommandSpec().usageMessage().description()));
    lines.addAll(List.of(command.getCommandSpec().usageMessage().footer()));
    command
        .getCommandSpec()
        .options()
        .forEach(option -> lines.addAll(List.of(option.description())));
    command.getSubcommands().values().forEach(sub -> addLines(sub, lines));
  }

  @Test
  void unknownColumn_namesTheColumnsThereAre(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("d.csv"), "a,b,c\n1,2,x\n3,4,y\n");

    Run wrongClass = driftmoe("produce", "--data", file.toString(), "--class", "z");
    Run wrongIgnore =
        driftmoe("produce", "--data", file.toString(), "--class", "c", "--ignore", "a,q");

    assertThat(wrongClass.exitCode()).isEqualTo(2);
    assertThat(wrongClass.errLines()).hasSize(1);
    assertThat(wrongClass.err()).contains("--class z").contains("a, b, c");
    assertThat(wrongIgnore.exitCode()).isEqualTo(2);
    assertThat(wrongIgnore.errLines()).hasSize(1);
    assertThat(wrongIgnore.err()).contains("--ignore a,q").contains("a, b, c");
  }

  @Test
  void malformedFile_isAFailure_notWrongUsage(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("d.arff"), "@relation d\n@attribute a what\n");

    Run run = driftmoe("produce", "--data", file.toString(), "--class", "a");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("d.arff").doesNotContain("--help");
  }

  @Test
  void unreachableBroker_isAFailureInOneLine_andStacktraceIsOnRequest() {
    String[] impatient = {
      "topics",
      "--check",
      "--bootstrap",
      "127.0.0.1:1",
      "--property",
      "default.api.timeout.ms=300",
      "--property",
      "request.timeout.ms=200"
    };

    Run quiet = driftmoe(impatient);
    Run loud =
        driftmoe(
            Stream.concat(Stream.of(impatient), Stream.of("--stacktrace")).toArray(String[]::new));

    assertThat(quiet.exitCode()).isEqualTo(1);
    assertThat(quiet.errLines())
        .containsExactly("driftmoe topics: no Kafka broker answers at 127.0.0.1:1");
    assertThat(loud.exitCode()).isEqualTo(1);
    assertThat(loud.err()).contains("\tat io.driftmoe.cli");
  }

  @Test
  void malformedBroker_isWrongUsageInOneLine() {
    Run run = driftmoe("consume", "--topic", "features", "--bootstrap", "nonsense");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("nonsense");
  }
}
