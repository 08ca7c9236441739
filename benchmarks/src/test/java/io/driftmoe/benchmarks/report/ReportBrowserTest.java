// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.driftmoe.benchmarks.CellResult;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Looks at the page in a real browser; leaves pictures in target/report-pictures. */
@Tag("browser")
class ReportBrowserTest {
  private static final Path PICTURES = Path.of("target", "report-pictures");

  private static ChromeDriver browser;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program("CHROME", "/usr/bin/chromium"));
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
    options.addArguments("--hide-scrollbars", "--window-size=1280,900");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(program("CHROMEDRIVER", "/usr/bin/chromedriver"))
            .build();
    browser = new ChromeDriver(service, options);
  }

  private static File program(String variable, String usual) {
    File program = new File(System.getenv().getOrDefault(variable, usual));
    assertThat(program.canExecute())
        .as(
            "%s must be there for the browser tests; install chromium and chromium-driver or name "
                + "it in the environment variable %s",
            program, variable)
        .isTrue();
    return program;
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.quit();
    }
  }

  private void open(List<CellResult> results) throws IOException {
    new Report(results, "./driftmoe bench --name '" + Fixture.HOSTILE + "'").writeTo(folder);
    drainLogs();
    size(1280);
    scheme("light");
    browser.get(folder.resolve("report.html").toUri().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void aReplayIsDrawn_withoutComplaint_andFromItsFileAlone(String scheme) throws IOException {
    String hostile = "wide <img src=x onerror=\"document.title='taken'\"></script>";
    List<ReplayPage.Window> windows = new ArrayList<>();
    for (int w = 0; w < 40; w++) {
      long right = w < 20 ? 80 : 60;
      windows.add(
          new ReplayPage.Window(
              1_767_225_600_000L + 3_600_000L * w,
              100,
              List.of(right, right + 5, 50L),
              List.of(0L, 3L, 40L)));
    }
    ReplayPage page =
        new ReplayPage(
            "4,000 predictions of job x",
            List.of(
                new ReplayPage.Learner("configured", 4_000, 70, 0, 0, 1.25, 2_000_000),
                new ReplayPage.Learner(hostile, 4_000, 75, 120, 320, 2.5, 3_000_000),
                new ReplayPage.Learner("lean", 4_000, 50, 1_600, 800, 0, 1_000)),
            windows);
    Path file = folder.resolve("replay.html");
    page.writeTo(file);
    drainLogs();
    size(1280);
    scheme(scheme);
    browser.get(file.toUri().toString());

    assertThat(browser.findElement(By.id("headline")).getText())
        .isEqualTo(hostile + " is more accurate: 75.00 % beside 70.00 %");
    assertThat(browser.getTitle()).isEqualTo("DriftMoE replay");
    assertThat(series("accuracy"))
        .containsExactly("line:configured", "line:" + hostile, "line:lean");
    assertThat(series("flips")).containsExactly("line:" + hostile, "line:lean");
    assertThat(drawn("accuracy-chart")).isGreaterThan(2_000);
    assertThat(drawn("flips-chart")).isGreaterThan(1_000);
    assertThat(browser.findElement(By.id("flips")).getDomAttribute("aria-label"))
        .contains("lean 40.00 % of all labels");
    assertThat(browser.findElement(By.id("scores")).getText())
        .contains("+5.000", "-20.000", "1,600", "1.9 MiB", "3,200");
    browser.findElement(By.cssSelector("#windows summary")).click();
    assertThat(browser.findElement(By.id("windows")).getText())
        .contains("2026-01-01 00:00:00 UTC", "85.00 %");
    picture("replay-" + scheme);
    size(400);
    assertThat(ask("return document.documentElement.scrollWidth")).isEqualTo(400L);
    noComplaints();
    assertThat(requests()).allMatch(address -> address.startsWith("file:"));
  }

  @Test
  void aReplayWithoutLabels_saysSo() throws IOException {
    ReplayPage.Learner none = new ReplayPage.Learner("configured", 0, 0, 0, 0, 0, 0);
    Path file = folder.resolve("replay.html");
    new ReplayPage("0 predictions", List.of(none), List.of()).writeTo(file);
    drainLogs();
    browser.get(file.toUri().toString());
    assertThat(browser.findElement(By.id("headline")).getText()).isEqualTo("No label was scored");
    noComplaints();
  }

  private static void drainLogs() {
    browser.manage().logs().get(LogType.BROWSER);
    browser.manage().logs().get(LogType.PERFORMANCE);
  }

  private static void size(int width) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
  }

  private static void scheme(String name) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
  }

  /** After everything that waits for the next picture, such as observers of sizes. */
  private static Object ask(String script, Object... arguments) {
    return browser.executeAsyncScript(
        "const done = arguments[arguments.length - 1];"
            + "const values = [...arguments].slice(0, -1);"
            + "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() =>"
            + " done((() => {"
            + script
            + "})()))));",
        arguments);
  }

  private static void noComplaints() {
    List<LogEntry> entries =
        browser.manage().logs().get(LogType.BROWSER).getAll().stream()
            .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
            .toList();
    assertThat(entries).isEmpty();
  }

  private static List<String> requests() throws IOException {
    List<String> addresses = new ArrayList<>();
    for (LogEntry entry : browser.manage().logs().get(LogType.PERFORMANCE)) {
      JsonNode message = JsonMapper.builder().build().readTree(entry.getMessage()).path("message");
      if (message.path("method").asText().equals("Network.requestWillBeSent")) {
        addresses.add(message.path("params").path("request").path("url").asText());
      }
    }
    return addresses;
  }

  private static void picture(String name) throws IOException {
    Files.createDirectories(PICTURES);
    Map<String, Object> png =
        browser.executeCdpCommand(
            "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.write(
        PICTURES.resolve(name + ".png"), Base64.getDecoder().decode((String) png.get("data")));
  }

  /** How many pixels of a chart are not transparent. */
  private static long drawn(String chart) {
    return (Long)
        ask(
            "const canvas = document.querySelector('#' + values[0] + ' canvas');"
                + "if (!canvas) return -1;"
                + "const copy = Object.assign(document.createElement('canvas'),"
                + " {width: canvas.width, height: canvas.height})"
                + ".getContext('2d', {willReadFrequently: true});"
                + "copy.drawImage(canvas, 0, 0);"
                + "const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;"
                + "let count = 0;"
                + "for (let i = 0; i < pixels.length; i += 4) { if (pixels[i + 3] > 0) count++; }"
                + "return count;",
            chart);
  }

  @SuppressWarnings("unchecked")
  private static List<String> series(String chart) {
    return (List<String>)
        ask(
            "return echarts.getInstanceByDom(document.getElementById(values[0])).getOption()"
                + ".series.map(one => one.type + ':' + one.name);",
            chart);
  }

  private static WebElement learner(String name) {
    return browser.findElements(By.cssSelector("#learners button")).stream()
        .filter(button -> button.getText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static WebElement button(String place, String text) {
    return browser.findElements(By.cssSelector("#" + place + " button")).stream()
        .filter(button -> button.getText().equals(text))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void everythingIsDrawnWithoutComplaintOrNetwork(String scheme) throws IOException {
    open(Fixture.suiteWithDelays());
    scheme(scheme);
    for (String chart :
        List.of("chart-cost", "chart-time", "chart-experts", "chart-specialists", "chart-labels")) {
      assertThat(series(chart)).as(chart).isNotEmpty();
      assertThat(drawn(chart)).as(chart).isGreaterThan(2_000);
      assertThat(browser.findElement(By.id(chart)).getDomAttribute("aria-label")).isNotBlank();
    }
    assertThat(ask("return document.querySelectorAll('#difference-diagram [data-learner]').length"))
        .isEqualTo(3L);
    assertThat(ask("return document.querySelectorAll('#difference-diagram .clique').length"))
        .isEqualTo(1L);
    assertThat(browser.findElement(By.cssSelector("[data-part=difference]")).getText())
        .contains("1.91");
    picture(scheme + "-wide");
    noComplaints();
    assertThat(requests())
        .allMatch(address -> address.startsWith("file:") || address.startsWith("data:"))
        .anyMatch(address -> address.endsWith("report.html"));
  }

  @Test
  void namesAreTextWhateverTheyHold() throws IOException {
    open(Fixture.suiteWithDelays());
    assertThat(learner(Fixture.HOSTILE).isDisplayed()).isTrue();
    assertThat(ask("return document.querySelectorAll('main b, header b, nav b').length"))
        .isEqualTo(0L);
    assertThat(browser.findElement(By.cssSelector("#failures-table")).getText())
        .contains("java.lang.OutOfMemoryError: " + Fixture.HOSTILE);
    assertThat(browser.findElement(By.cssSelector("#provenance-facts pre")).getText())
        .contains(Fixture.HOSTILE);
  }

  @Test
  void plantedDriftsAreMarkedAndAlarmsToo() throws IOException {
    open(Fixture.suite());
    String marks =
        "const first = echarts.getInstanceByDom(document.getElementById('chart-time')).getOption()"
            + ".series[0]; return first.markLine.data.length + ' ' + first.markArea.data.length;";
    assertThat(ask(marks)).isEqualTo("2 0");
    assertThat(series("chart-time")).contains("line:paper-data", "scatter:paper-data alarms");
    button("stream-tabs", "sea_g").click();
    assertThat(ask(marks)).isEqualTo("0 1");
    button("stream-tabs", "elec").click();
    assertThat(ask(marks)).isEqualTo("0 0");
    noComplaints();
  }

  @Test
  void learnersCanBeHiddenInAllCharts() throws IOException {
    open(Fixture.suiteWithDelays());
    assertThat(series("chart-time")).contains("line:HoeffdingTree");
    long before = drawn("chart-labels");
    learner("HoeffdingTree").click();
    assertThat(learner("HoeffdingTree").getDomAttribute("aria-pressed")).isEqualTo("false");
    assertThat(series("chart-time")).doesNotContain("line:HoeffdingTree");
    assertThat(series("chart-labels")).doesNotContain("line:HoeffdingTree");
    assertThat(drawn("chart-labels")).isLessThan(before);
    learner("Show all").click();
    assertThat(series("chart-time")).contains("line:HoeffdingTree");
    learner("Hide all").click();
    assertThat(series("chart-time")).noneMatch(name -> name.contains("paper-data"));
    noComplaints();
  }

  @Test
  void measuresAndExpertsCanBeChosen() throws IOException {
    open(Fixture.suite());
    button("time-choice", "Kappa-M").click();
    String label = browser.findElement(By.id("chart-time")).getDomAttribute("aria-label");
    assertThat(label).startsWith("Kappa-M over time on led_a");
    button("experts-choice", "Trained share").click();
    assertThat(browser.findElement(By.id("chart-experts")).getDomAttribute("aria-label"))
        .startsWith("Share of events learned of the experts of paper-data");
    assertThat(browser.findElement(By.id("matrix-title")).getText()).startsWith("Accuracy");
    browser.findElement(By.cssSelector("#matrix-choice option:nth-child(7)")).click();
    assertThat(browser.findElement(By.id("matrix-title")).getText())
        .isEqualTo("Log loss (nats) by stream, less is better");
    assertThat(browser.findElement(By.cssSelector("#matrix td.best")).getText())
        .startsWith("0.180");
    noComplaints();
  }

  @Test
  void specialistsAreToldApartAndTheRestAddedUp() throws IOException {
    open(Fixture.suiteWithOracle());
    assertThat(series("chart-specialists")).containsExactly("heatmap:paper-data");
    assertThat(
            ask(
                "return echarts.getInstanceByDom(document.getElementById('chart-specialists'))"
                    + ".getOption().yAxis[0].data.join(' ')"))
        .asString()
        .contains("2.0.0")
        .contains("2.0.11")
        .endsWith("3 others");
    assertThat(browser.findElement(By.id("specialists-note")).getText())
        .contains("1.75 specialists asked per event, seed 1");
    picture("specialists");
    noComplaints();
  }

  @Test
  void regretIsATable_whereAnOracleRan() throws IOException {
    open(Fixture.suiteWithOracle());
    assertThat(browser.findElement(By.id("regret")).isDisplayed()).isTrue();
    assertThat(browser.findElement(By.cssSelector("#regret h3")).getText())
        .isEqualTo("To oracle-source");
    assertThat(browser.findElement(By.cssSelector("#regret tbody tr:last-child")).getText())
        .isEqualTo("Mean 2.25 8.00 35.50");
    assertThat(browser.findElement(By.id("headline")).getText())
        .startsWith("paper-data ranks first of 3 learners");
    assertThat(browser.findElement(By.cssSelector("#matrix td.best")).getText())
        .startsWith("86.00");
    noComplaints();
    open(Fixture.suite());
    assertThat(browser.findElement(By.id("regret")).isDisplayed()).isFalse();
    noComplaints();
  }

  @Test
  void chartsFollowTheColourScheme() throws IOException {
    open(Fixture.suite());
    String colour =
        "return echarts.getInstanceByDom(document.getElementById('chart-time')).getOption()"
            + ".series[1].color;";
    Object light = ask(colour);
    scheme("dark");
    assertThat(ask(colour)).isNotEqualTo(light);
  }

  @Test
  void aNarrowScreenDoesNotScrollSideways() throws IOException {
    open(Fixture.suiteWithDelays());
    size(400);
    assertThat(ask("return document.documentElement.scrollWidth")).isEqualTo(400L);
    assertThat(drawn("chart-time")).isGreaterThan(1_000);
    picture("light-narrow");
    noComplaints();
  }

  @Test
  void meansOfFewerStreamsAreNotShownBesideTheOthers() throws IOException {
    List<CellResult> results = new ArrayList<>(Fixture.suite());
    results.add(Fixture.done(Fixture.cell("led_a", "EFDT", 1), 99));
    results.add(Fixture.failed(Fixture.cell("elec", "EFDT", 1), "too slow"));
    open(results);
    assertThat(browser.findElement(By.id("cost-note")).getText()).endsWith("every stream: EFDT.");
    String points =
        "return echarts.getInstanceByDom(document.getElementById('chart-cost')).getOption()"
            + ".series[1].data.length";
    assertThat(ask(points)).isEqualTo(4L);
    browser.findElement(By.cssSelector("#cost-choice option:nth-child(2)")).click();
    assertThat(ask(points)).isEqualTo(5L);
    noComplaints();
  }

  @Test
  void littleIsShownOfLittle() throws IOException {
    open(List.of(Fixture.failed(Fixture.cell("elec", "EFDT", 1), "no such file")));
    assertThat(browser.findElement(By.id("ranking-lead")).getText()).startsWith("No diagram: ");
    assertThat(browser.findElement(By.id("failures-table")).getText()).contains("no such file");
    noComplaints();
    open(List.of(Fixture.done(Fixture.cell("elec", "EFDT", 1), 80)));
    assertThat(drawn("chart-time")).isGreaterThan(1_000);
    assertThat(browser.findElement(By.id("experts")).isDisplayed()).isFalse();
    assertThat(browser.findElement(By.id("specialists")).isDisplayed()).isFalse();
    noComplaints();
    open(List.of());
    assertThat(browser.findElement(By.id("headline")).getText()).isEqualTo("Nothing was run");
    noComplaints();
  }
}
