// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.JobOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data files as people have them, through the options of the command. */
class DataFileOptionsTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("d.csv"), text);
  }

  private static Run init(Path file, String... options) {
    List<String> args = new ArrayList<>(List.of("job", "--init", "--data", file.toString()));
    args.addAll(List.of(options));
    return driftmoe(args);
  }

  /** Names of numeric attributes, names and values of nominal ones, and the classes. */
  private static String schema(Run run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
    JobOptions.Schema schema = JobOptions.parse(run.out(), Map.of()).schema();
    List<String> attributes =
        schema.toStreamSchema().attributes().stream()
            .map(a -> a.isNominal() ? a.name() + a.values() : a.name())
            .toList();
    return attributes + " " + schema.classes();
  }

  static Stream<Arguments> readable() {
    return Stream.of(
        read("temp,y\n1.5,a\nNA,b\n2.5,a\n", "[temp] [a, b]", "--class", "y"),
        read("0,1,2,label\n5,6,7,cat\n1,2,3,dog\n", "[0, 1, 2] [cat, dog]", "--class", "last"),
        read("2019,2020,sold\n5,6,yes\n1,2,no\n", "[2019, 2020] [yes, no]", "--class", "sold"),
        read("x;z;y\n1;2;a\n2;3;b\n", "[x, z] [a, b]", "--class", "last"),
        read("x;y\n1,5;a\n2,5;b\n", "[x] [a, b]", "--class", "y"),
        read("x\ty\n1\ta\n2\tb\n", "[x] [a, b]", "--class", "last"),
        read("sep=,\nx,y\n1,a\n2,b\n", "[x] [a, b]", "--class", "y"),
        read("\"a,b\",x,y\n1,2,a\n1,3,b\n", "[x] [a, b]", "--class", "y", "--ignore", "\"a,b\""),
        read("id,id,x,y\n1,2,3,a\n3,4,5,b\n", "[x] [a, b]", "--class", "y", "--ignore", "id"),
        read("id,id,y\n1,2,a\n3,4,b\n", "[id] [a, b]", "--class", "#3", "--ignore", "#2"),
        read(
            "u,v,x,y\n1,2,3,a\n3,4,5,b\n",
            "[x] [a, b]",
            "--class",
            "y",
            "--ignore",
            "u",
            "--ignore",
            "v"),
        read("1,2,u\n3,4,v\n", "[c1, c2] [u, v]", "--class", "last", "--header", "no"),
        read("x/y\n1/u\n3/v\n", "[x] [u, v]", "--class", "last", "--separator", "/"),
        read("x,y\n1,u\noops,v\n3,u\n", "[x] [u, v]", "--class", "y", "--missing", "oops"),
        read("x,y\n1,u\n--,v\nNA,u\n", "[x] [u, v]", "--class", "y", "--missing", "\"--\""),
        read("x,y\n1,u\noops,v\n3,u\n", "[x] [u, v]", "--class", "y", "--numeric", "x"),
        read(
            "x,y\n1,u\noops,v\n3,u\n", "[x[1, oops, 3]] [u, v]", "--class", "y", "--nominal", "#1"),
        read("x,y\n\"1,234\",u\n3,v\n", "[x] [u, v]", "--class", "y", "--thousands", ","),
        read("x,y\n\"1,234\",u\n3,v\n", "[x] [u, v]", "--class", "y", "--decimal", ","));
  }

  private static Arguments read(String text, String schema, String... options) {
    return Arguments.of(text, schema, List.of(options));
  }

  @ParameterizedTest
  @MethodSource
  void readable(String text, String schema, List<String> options) throws IOException {
    Run run = init(file(text), options.toArray(String[]::new));

    assertThat(schema(run)).isEqualTo(schema);
    assertThat(run.errLines().get(0)).startsWith("d.csv: ").contains(" rows of ", "separated by");
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refuse(1, "x,y\n1,u\n2,v\nunknown,u\n", "d.csv:4: column 'x'", "--missing unknown"),
        refuse(1, "x,y\n1,u\n2,v\n1e400,u\n", "d.csv:4:", "is out of range"),
        refuse(1, "x,note,y\n1,ok,a\n2,\"oops,b\n3,c,d\n", "d.csv:3: a quote is not closed"),
        refuse(1, "x,y\n", "no row of data"),
        refuse(1, "", "no row of data"),
        refuse(2, "x,y\n1,a\n2,b\n", "--header", "none of yes, no", "--header", "maybe"),
        refuse(2, "x,y\n1,a\n2,b\n", "--separator must be one", "'ab'", "--separator", "ab"),
        refuse(2, "x,y\n1,a\n2,b\n", "--encoding 'nope'", "windows-1252", "--encoding", "nope"),
        refuse(2, "x,y\n1,a\n2,b\n", "--ignore", "double quotes", "--ignore", "\"a"),
        refuse(2, "price,y\n1,a\n2,b\n", "(ignored column)", "'price'?", "--ignore", "pric"),
        refuse(2, "x,y\n1,a\n2,b\n", "--types: cannot read", "none.yaml", "--types", "none.yaml"));
  }

  private static Arguments refuse(int exitCode, String text, String... messagesThenOptions) {
    int messages = Math.min(2, messagesThenOptions.length);
    List<String> all = List.of(messagesThenOptions);
    return Arguments.of(
        exitCode, text, all.subList(0, messages), all.subList(messages, all.size()));
  }

  @ParameterizedTest
  @MethodSource
  void refused(int exitCode, String text, List<String> messages, List<String> options)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("--class", "y"));
    all.addAll(options);

    Run run = init(file(text), all.toArray(String[]::new));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains(messages);
  }

  @Test
  void typesCanStandInAFile() throws IOException {
    Path types =
        Files.writeString(
            folder.resolve("types.yaml"), "zip: nominal\nx: numeric\n\"a,b\": ignore\n");

    Run run =
        init(
            file("zip,x,\"a,b\",y\n01,1,7,u\n02,n.a.,8,v\n"),
            "--class",
            "y",
            "--types",
            types.toString());
    Run wrong =
        init(
            file("x,y\n1,u\n2,v\n"),
            "--class",
            "y",
            "--types",
            Files.writeString(folder.resolve("w.yaml"), "x: number\n").toString());

    assertThat(schema(run)).isEqualTo("[zip[01, 02], x] [u, v]");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err())
        .contains("column 'x' is 'number'; allowed are numeric, nominal, ignore");
  }

  @Test
  void encodingCanBeGiven() throws IOException {
    Path latin =
        Files.write(
            folder.resolve("d.csv"), "größe,y\n1,a\n2,b\n".getBytes(StandardCharsets.ISO_8859_1));

    Run refused = init(latin, "--class", "y");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("d.csv:1:", "--encoding", "ISO-8859-1");
    assertThat(schema(init(latin, "--class", "y", "--encoding", "ISO-8859-1")))
        .isEqualTo("[größe] [a, b]");
  }

  /** The same options everywhere. */
  @ParameterizedTest
  @ValueSource(strings = {"demo", "bench", "produce", "job", "data describe"})
  void optionsOfFiles(String command) {
    List<String> args = new ArrayList<>(List.of(command.split(" ")));
    args.add("--help");

    assertThat(driftmoe(args).out())
        .contains(
            "--ignore=",
            "--header=",
            "--separator=",
            "--encoding=",
            "--decimal=",
            "--thousands=",
            "--missing=",
            "--numeric=",
            "--nominal=",
            "--types=",
            "--class=");
  }

  @Test
  void describe_showsWhatAFileHoldsAndWhatWasGuessed() throws IOException {
    Path file = file("day;temp;y\n2020-01-01;NA;low\n2020-01-02;1,5;high\n2020-01-03;2,5;low\n");

    Run run = driftmoe("data", "describe", file.toString(), "--ignore", "day");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "  rows          3", "';', guessed from the first 4 rows", "header        yes, guessed")
        .contains("class         y", "low: 2 rows, 66.67 %", "high: 1 row, 33.33 %")
        .contains("#1    day   ignored", "#2    temp  numeric  1.5 to 2.5; 1 missing");
  }

  @Test
  void describe_listsFaultsWithTheOptionsThatSettleThem() throws IOException {
    Path file = file("u,v,y\n1,2,a\nx,3,b\n4,inf,a\n");

    Run run = driftmoe("data", "describe", file.toString());
    Run settled =
        driftmoe("data", "describe", file.toString(), "--missing", "inf", "--nominal", "u");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(settled.exitCode()).isZero();
    assertThat(run.out()).contains("faults", "d.csv:3: column 'u'", "d.csv:4: column 'v'");
    assertThat(settled.out()).doesNotContain("faults").contains("u  nominal  3 values: 1, x, 4");
  }

  @Test
  void describe_showsOneLineEach_whateverTheFileHolds() throws IOException {
    StringBuilder rows = new StringBuilder("\"the\nclass\",\"an\n\u001B[2Jid\"\n");
    for (int i = 0; i < 20; i++) {
      rows.append(i < 10 ? "\"new\nline\"," : "\u001B[31mred,").append(i).append('\n');
    }
    Path file = file(rows.toString());

    Run run = driftmoe("data", "describe", file.toString(), "--class", "#1");

    assertThat(run.out())
        .contains("class         the\\nclass", "new\\nline: 10 rows", "\\u001b[31mred: 10 rows")
        .contains("order of 'an\\n\\u001b[2Jid'")
        .doesNotContain("\u001B");
  }

  @Test
  void oddNamesOfFilesColumnsAndClasses_areTheSameInTheConfiguration() throws IOException {
    List<String> odd =
        List.of("null", "~", "no", "012", "1e3", "12:30:45", ".inf", "<<", "y: x", "- a", "#c")
            .stream()
            .flatMap(name -> Stream.of(name, name + "\n'\\", "\u0085" + name + "\u2028é"))
            .toList();
    String names =
        odd.stream().map(name -> '"' + name + "\",").collect(Collectors.joining()) + "label\n";
    String rows =
        odd.stream()
            .map(name -> "1,".repeat(odd.size()) + '"' + name + "\"\n")
            .collect(Collectors.joining());
    Path file = Files.writeString(folder.resolve("a\nkafka: b.csv"), names + rows);

    Run run = init(file, "--class", "label", "--header", "yes");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JobOptions.Schema schema = JobOptions.parse(run.out(), Map.of()).schema();
    assertThat(schema.attributes())
        .extracting(JobOptions.AttributeOption::name)
        .isEqualTo(odd.stream().map(String::strip).toList());
    assertThat(schema.classes()).isEqualTo(odd.stream().map(String::strip).toList());
  }

  @Test
  void columnsThatNoJobTakesAreSaid() throws IOException {
    Run run = init(file("x".repeat(600) + ",y\n1,u\n2,v\n"), "--class", "y");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("d.csv: no job takes these columns: schema.attributes[0].name has 600 bytes")
        .contains("--ignore leaves columns out");
  }

  @Test
  void typesInAnotherEncodingAreSaid() throws IOException {
    Path types =
        Files.write(
            folder.resolve("t.yaml"), "größe: numeric\n".getBytes(StandardCharsets.ISO_8859_1));

    Run run = init(file("x,y\n1,u\n2,v\n"), "--class", "y", "--types", types.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("t.yaml: is no UTF-8 text");
  }

  @Test
  void anArffFileWithABadRow_isRefusedAtTheStart() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.arff"),
            "@relation r\n@attribute x numeric\n@attribute y {a,b}\n@data\n1,a\n2,c\n");

    Run run = init(file, "--class", "y");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).contains("a.arff:6: column 'y' has no value 'c' (declared: a, b)");
  }

  @Test
  void describe_ofNoFile_saysSo() {
    Run run = driftmoe("data", "describe", "nowhere.csv");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("no data file nowhere.csv");
  }
}
