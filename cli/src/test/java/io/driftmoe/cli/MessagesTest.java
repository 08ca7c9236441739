// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Whatever is wrong is said in one line that names it, without Java in it. */
class MessagesTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    write("job.yaml", driftmoe("job", "--init", "--stream", "sea_a").out());
    write("empty.model", "");
    write("text.model", "hello, world");
    write("library.model", "MOE_and more");
    write("short.model", "mfil\0\2");
    write("empty.csv", "");
    write("header.csv", "x,class\n");
    String arff = "@relation r\n@attribute x real\n@attribute class {0,1}\n@data\n";
    write("header.arff", arff);
    write("price.arff", arff + "0.5,1\n0.25,0\n");
    write(
        "price.csv",
        IntStream.range(0, 60)
            .mapToObj(i -> "%s.5,%s\n".formatted(i, i % 2 == 0 ? "a" : "b"))
            .collect(Collectors.joining("", "x,class\n", "")));
    write("flow.yaml", "schema: [1\n");
    write("tab.yaml", "schema:\n\tattributes: 3\n");
    write("text.yaml", "just text\n");
    write("twice.yaml", "job: {name: a}\njob: {name: b}\n");
    Files.write(folder.resolve("latin.yaml"), new byte[] {'j', (byte) 0xe4, ':'});
    Files.createDirectory(folder.resolve("empty"));
    write("broken/_metadata", "no savepoint");
  }

  private static void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static Arguments usage(String line, String... messages) {
    return Arguments.of(2, line, List.of(messages));
  }

  private static Arguments failure(String line, String... messages) {
    return Arguments.of(1, line, List.of(messages));
  }

  private static Arguments key(String override, String... messages) {
    return usage("job --check --config DIR/job.yaml -D" + override, messages);
  }

  private static Arguments kafka(String properties, String... messages) {
    String impatient =
        " --property default.api.timeout.ms=300 --property request.timeout.ms=200 " + properties;
    return failure("consume --topic features" + impatient.stripTrailing(), messages);
  }

  /** Each command that reads a file, with each kind of file that holds no row. */
  private static Stream<Arguments> filesWithoutARow() {
    return Stream.of("empty.csv", "header.csv", "header.arff")
        .flatMap(
            file ->
                Stream.of(
                        "demo --no-ui --data DIR/FILE --class class",
                        "bench --out DIR/bench --data DIR/FILE --class class",
                        "produce --data DIR/FILE --class class",
                        "job --init --data DIR/FILE --class class",
                        "data describe DIR/FILE")
                    .map(command -> command.replace("FILE", file))
                    .map(command -> failure(command, "DIR/" + file + ": no row of data")));
  }

  static Stream<Arguments> wrongInputs() {
    return Stream.concat(filesWithoutARow(), others());
  }

  private static Stream<Arguments> others() {
    return Stream.of(
        // options
        usage("demo --no-ui --data DIR/price.arff --class x", "--class x", "'x' is not nominal"),
        usage("bench --data DIR/price.csv --class x", "--class x", "60 different numbers", "regre"),
        usage("produce --data DIR/price.arff --class y", "--class y", "there is no column 'y'"),
        usage("produce --stream sea_a --interval 5", "--interval", "'5'", "500ms, 10s, 1h"),
        usage("produce --stream sea_a --first=-1", "--first must be from 0 to", "got -1"),
        usage("produce --stream sea_a --start yesterday", "'yesterday'", "2020-01-31T23:59:59Z"),
        usage("produce --stream sea_a --property a", "option '--property' (KEY=VALUE)", "was a"),
        usage("topics --replication x", "'x' is not a whole number below 2^15"),
        usage("job --cofnig x", "did you mean --config?"),
        usage("consume --topic features -Djob.name=a", "-D needs --config"),
        usage("topics --config DIR/job.yaml --property a=b", "-Dkafka.properties.KEY=VALUE"),
        usage("topics --config DIR/job.yaml --bootstrap a:1", "--bootstrap and --config"),
        usage("produce --stream led_a --config DIR/job.yaml", "schema.attributes is 3", "has 24"),
        usage("job --config DIR/empty", "--config must be a file", "DIR/empty is a folder"),
        // configurations
        usage("job --check --config DIR/flow.yaml", "line 2, column 1", "expected ',' or ']'"),
        usage("job --check --config DIR/tab.yaml", "schema: line 2, column 1", "TAB"),
        usage("job --check --config DIR/text.yaml", "sections such as schema, got a single value"),
        usage("job --check --config DIR/twice.yaml", "job: line 2", "Duplicate field 'job'"),
        usage("job --check --config DIR/latin.yaml", "DIR/latin.yaml: it is no text in UTF-8"),
        key("job.parallelism=two", "job.parallelism must be a whole number", "got 'two'"),
        key("job.parallelism=1.5", "job.parallelism must be a whole number", "got '1.5'"),
        key("job.parallelism=0", "job.parallelism must be positive, got 0"),
        key("labels.max-pending=99999999999", "labels.max-pending", "up to 2147483647"),
        key("labels.timeout=10", "labels.timeout must be a number and a unit", "got '10'"),
        key("kafka.bootstrap=[1]", "kafka.bootstrap must be a text, got '[1]'"),
        key("kafka.startingOffsets=x", "kafka.starting-offsets must be one of earliest, latest"),
        key("input.order=random", "input.order must be one of arrival, event-time, got 'random'"),
        key("router.backend=cuda", "router.backend must be one of java, simd, opencl, auto"),
        key("schema.classes=a", "schema.classes must be a list, got 'a'"),
        key("schema.classes=[a,a]", "schema.classes name 'a' twice"),
        key("schema.attributes=[a]", "schema.attributes[0] must hold settings, got 'a'"),
        key("schema.attributes=[{nme:a}]", "schema.attributes[0].name is missing"),
        key("learner=x", "'learner'", "SECTION.KEY"),
        key("learner.topk=3", "-D: there is no setting 'learner.topk'; settings are preset, seed"),
        key("learner.dropout=2", "learner.dropout must be from 0 to 1"),
        key("learner.pool=[{type:~forest,~members:~0}]", "learner.pool[0].members must be from 1"),
        // models and savepoints
        failure("inspect DIR/empty.model", "DIR/empty.model", "the file is empty"),
        failure("inspect DIR/text.model", "DIR/text.model", "it is no model file"),
        failure("inspect DIR/library.model", "DIR/library.model", "demo --save-model"),
        failure("inspect DIR/short.model", "DIR/short.model", "it was cut off"),
        failure("inspect DIR/empty", "DIR/empty", "it holds no _metadata"),
        failure("inspect DIR/broken", "DIR/broken", "no metadata of a savepoint"),
        failure("inspect s3://a/b", "s3://a/b", "no file system for s3:// in this process"),
        failure(
            "job --config DIR/job.yaml --from-savepoint DIR/none", "DIR/none: there is no such"),
        failure("job --config DIR/job.yaml --from-savepoint DIR/empty", "it holds no _metadata"),
        // devices: before anything is started
        failure(
            "job --no-ui --config DIR/job.yaml -Drouter.backend=opencl -Drouter.device=nonesuch",
            "router.backend: network back end opencl: "),
        // brokers
        kafka("--bootstrap 127.0.0.1:1", "no Kafka broker answers at 127.0.0.1:1"),
        usage("topics --bootstrap localhost", "--bootstrap must be host:port", "got 'localhost'"),
        usage("topics --bootstrap a:1,b:99999", "--bootstrap must have a port", "got 'b:99999'"),
        key("kafka.bootstrap=localhost", "kafka.bootstrap must be host:port", "got 'localhost'"),
        usage("topics --property security.protocol=NO", "--property security.protocol: Invalid"),
        kafka(
            "--property security.protocol=SSL --property ssl.truststore.location=DIR/none",
            "there is no file or folder DIR/none"));
  }

  @ParameterizedTest
  @MethodSource
  void wrongInputs(int exitCode, String line, List<String> messages) {
    String[] args = inFolder(line).split(" ");
    for (int i = 0; i < args.length; i++) {
      args[i] = args[i].replace('~', ' ');
    }

    Run run = driftmoe(args);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err())
        .startsWith("driftmoe " + args[0])
        .contains(messages.stream().map(MessagesTest::inFolder).toList())
        .doesNotContain("Exception", "java.", "io.driftmoe", "org.apache", "\tat ");
  }

  private static String inFolder(String text) {
    return text.replace("DIR", folder.toString());
  }

  @Command(name = "fails")
  private static final class Fails implements Callable<Integer> {
    private final Error error;

    Fails(Error error) {
      this.error = error;
    }

    @Override
    public Integer call() {
      throw error;
    }
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        Arguments.of(new OutOfMemoryError("Java heap space"), "JAVA_OPTS=-Xmx8g"),
        Arguments.of(new UnsatisfiedLinkError("libOpenCL.so"), "libOpenCL.so"),
        Arguments.of(new ExceptionInInitializerError("no table"), "no table"),
        Arguments.of(new AssertionError(), "please report it"));
  }

  @ParameterizedTest
  @MethodSource
  void errors(Error error, String message) {
    StringWriter err = new StringWriter();
    ExitCodes exitCodes = new ExitCodes(() -> false);

    int exitCode =
        new CommandLine(new Fails(error))
            .setErr(new PrintWriter(err))
            .setExecutionStrategy(exitCodes::execute)
            .execute();

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("fails: ").contains(message).doesNotContain("java.");
  }

  @Test
  void streamWhoseFileIsMissing_namesTheCommandThatFetchesIt() {
    assertThat(MissingData.wayOut("electricity.arff not found"))
        .isEqualTo("electricity.arff not found; 'driftmoe data fetch electricity' fetches it");
    assertThat(MissingData.wayOut("x.csv not found")).isEqualTo("x.csv not found");
  }
}
