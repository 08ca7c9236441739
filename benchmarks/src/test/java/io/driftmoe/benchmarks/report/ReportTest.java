// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir private Path folder;

  private String page() throws IOException {
    return Files.readString(folder.resolve("report.html"));
  }

  @Test
  void writesItsFilesAndNothingElse() throws IOException {
    Path inside = folder.resolve("a/b");
    new Report(Fixture.suite(), "command").writeTo(inside);
    try (var files = Files.list(inside)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "results.csv",
              "series.csv",
              "standings.csv",
              "detections.csv",
              "experts.csv",
              "report.md",
              "report.html");
    }
    assertThat(inside.resolve("report.md"))
        .usingCharset(StandardCharsets.UTF_8)
        .hasContent(new Report(Fixture.suite(), "command").markdown());
  }

  @Test
  void tablesOfAnEarlierRunDoNotStay() throws IOException {
    new Report(Fixture.suite(), "command").writeTo(folder);
    new Report(Fixture.suiteWithOracle(), "command").writeTo(folder);
    assertThat(folder.resolve("regret.csv")).exists();
    new Report(List.of(Fixture.failed(Fixture.cell("elec", "EFDT", 1), "no")), "command")
        .writeTo(folder);
    assertThat(folder.resolve("detections.csv")).doesNotExist();
    assertThat(folder.resolve("experts.csv")).doesNotExist();
    assertThat(folder.resolve("regret.csv")).doesNotExist();
    assertThat(folder.resolve("results.csv")).content().contains("EFDT").doesNotContain("paper");
  }

  @Test
  void theSameResultsGiveTheSamePage() throws IOException {
    new Report(Fixture.suite(), "command").writeTo(folder);
    String first = page();
    new Report(Fixture.suite(), "command").writeTo(folder);
    assertThat(page()).isEqualTo(first);
  }

  @Test
  void hostileNamesEndNoScript() throws IOException {
    new Report(Fixture.suite(), Fixture.HOSTILE + "<!--").writeTo(folder);
    String page = page();
    long opened = Pattern.compile("<script[ >]").matcher(page).results().count();
    assertThat(Pattern.compile("</script").matcher(page).results().count())
        .isEqualTo(15)
        .isLessThanOrEqualTo(opened);
    assertThat(page).doesNotContain("<b>x</b>");
  }

  @Test
  void dataOfThePageIsJson() throws IOException {
    new Report(Fixture.suiteWithDelays(), Fixture.HOSTILE).writeTo(folder);
    Matcher data =
        Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>")
            .matcher(page());
    assertThat(data.find()).isTrue();
    JsonNode tree = JsonMapper.builder().build().readTree(data.group(1));
    assertThat(tree.path("command").asText()).isEqualTo(Fixture.HOSTILE);
    assertThat(tree.path("learners").path(3).path("name").asText()).isEqualTo(Fixture.HOSTILE);
    JsonNode led = tree.path("streams").path(0);
    assertThat(led.path("cells").path(0).path("means").path(0).asDouble()).isEqualTo(82);
    assertThat(led.path("cells").path(0).path("alarms")).hasSize(6);
    assertThat(led.path("delays").path(0).path(2).asDouble()).isEqualTo(60);
    assertThat(tree.toString()).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void nothingInThePageComesFromElsewhere() throws IOException {
    new Report(Fixture.suite(), "command").writeTo(folder);
    assertThat(page())
        .doesNotContainPattern("(src|href)\\s*=\\s*[\"']?(https?:)?//")
        .doesNotContainPattern("@import|url\\((?!data:)[\"']?http")
        .contains("default-src 'none'");
  }

  @Test
  void scriptsCannotBeEndedFromInside() {
    assertThat(HtmlPage.script("a='</script>';b='<!--'"))
        .isEqualTo("<script>\na='<\\/script>';b='<\\!--'\n</script>\n");
    assertThat(HtmlPage.json(List.of("</script>"))).isEqualTo("[\"\\u003c/script>\"]");
  }
}
