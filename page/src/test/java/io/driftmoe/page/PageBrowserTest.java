// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.driftmoe.schemas.avro.DriftKind;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Looks at the page in a real browser; leaves pictures in target/page-pictures. */
@Tag("browser")
class PageBrowserTest {
  private static final Path PICTURES = Path.of("target", "page-pictures");

  /** Runs as soon as it becomes HTML anywhere. */
  private static final String HOSTILE =
      "<img src=x onerror=\"document.title='taken'\"><b>b</b></script>&amp;\u202e";

  private static ChromeDriver browser;

  private final PageAction plant =
      new PageAction(
          "plant-drift",
          "Plant a drift now",
          "Every class has another label from then on.",
          () -> {
            model().plant(new PlantedChange(6_550, 6_551));
            return "Planted at event 6,550.";
          });

  private final PageAction kill =
      new PageAction(
          "kill-taskmanager",
          "Kill the TaskManager",
          "Another one starts.",
          () -> {
            model().outage("The TaskManager was killed", 500, 600);
            return "Killed.";
          });

  private PageModel model;
  private PageServer server;

  @BeforeAll
  static void startBrowser() {
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
  static void stopBrowser() {
    if (browser != null) {
      browser.quit();
    }
  }

  @BeforeEach
  void start() throws IOException {
    model =
        new PageModel(
            new PageSettings(
                "job " + HOSTILE,
                List.of("forest 0", "guarded naive-bayes 1", "mlp " + HOSTILE),
                List.of("up", HOSTILE),
                List.of(new PlantedChange(3_000, 3_001), new PlantedChange(6_000, 6_001))));
    server = PageServer.start(model, List.of(plant, kill), "127.0.0.1", 0);
    browser.manage().logs().get(LogType.BROWSER);
    browser.manage().logs().get(LogType.PERFORMANCE);
    size(1200);
    media("prefers-color-scheme", "light");
  }

  @AfterEach
  void stop() {
    browser.get("about:blank");
    server.close();
  }

  private void open(String query) {
    browser.get(server.url() + query);
    awaitNews();
  }

  private PageModel model() {
    return model;
  }

  /** Until the page shows what the model has now. */
  private void awaitNews() {
    long version = model.version();
    await()
        .until(
            () -> {
              Object shown = ask("return document.body.dataset.version || '-1'");
              return Long.parseLong((String) shown) >= version;
            });
  }

  private static void size(int width) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
  }

  private static void media(String feature, String value) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", feature, "value", value))));
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

  private static String text(String id) {
    return browser.findElement(By.id(id)).getText();
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

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void everythingIsDrawn_withoutComplaint_andFromHereAlone(String scheme) throws IOException {
    media("prefers-color-scheme", scheme);
    Sent.story(model, "a");
    Sent.to(model, Sent.letter(1, "attribute 3 must be a number"));
    open("");

    assertThat(text("headline"))
        .isEqualTo("The concept has drifted: accuracy fell from 75.0 % to 60.0 %");
    assertThat(text("stories")).contains("recovered", "fallen", "was back at 76.0 %");
    assertThat(text("tiles")).contains("Kappa-M in the window", "Dead letters", "120.6 KiB");
    assertThat(text("families")).contains("forest 0", "60.0 %", "(asleep)");
    assertThat(text("changes")).contains("replaced", "member 4: its error rose", "asleep");
    assertThat(text("why")).contains("mostly on the word of forest 0");
    assertThat(text("predictions")).doesNotContain("who said what");
    assertThat(text("letters")).contains("does not fit the stream: 1", "attribute 3 must be");
    for (String chart : List.of("chart-course", "chart-families")) {
      assertThat(drawn(chart)).as(chart).isGreaterThan(2_000);
      assertThat(browser.findElement(By.id(chart)).getDomAttribute("aria-label"))
          .matches("(?s).*\\d.*");
    }
    assertThat(
            ask(
                "return echarts.getInstanceByDom(document.getElementById('chart-course'))"
                    + ".getOption().series.map(s => s.name + ' ' + s.data.length).join()"))
        .isEqualTo("accuracy 65,kappa-M 65,alarm 2,back 1,replaced 65");
    picture(scheme + "-wide");
    noComplaints();
    assertThat(requests()).isNotEmpty().allMatch(address -> address.startsWith(server.url()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void whatIsExpectedIsDrawnWithinItsError_andSwitchesAreMarked(String scheme) throws IOException {
    media("prefers-color-scheme", scheme);
    Sent.story(model, "a");
    open("");
    assertThat(text("course-legend")).contains("accuracy").doesNotContain("expected", "promoted");
    long before = drawn("chart-course");

    for (long learned = 6_600; learned <= 12_000; learned += 100) {
      boolean known = learned != 8_000 && learned != 8_200; // 8,100 is alone
      Sent.to(model, Sent.expecting("a", learned, known ? 72 + learned % 300 / 100.0 : -1, 4));
    }
    Sent.to(model, Sent.change("a", 9_000, DriftKind.PROMOTE, "wide " + HOSTILE));
    Sent.to(model, Sent.change("a", 11_000, DriftKind.ROLL_BACK, "wide"));
    Sent.to(model, Sent.expecting("a", 12_100, 74, 4));
    awaitNews();

    String series =
        "return echarts.getInstanceByDom(document.getElementById('chart-course')).getOption()"
            + ".series.filter(s => ['expected', 'its error', 'switch'].includes(s.name))"
            + ".map(s => s.name + ' ' + s.data.filter(d => (d.value ?? d)[1] !== null).length)"
            + ".join()";
    assertThat(ask(series)).isEqualTo("expected 54,its error 3,switch 2");
    assertThat(drawn("chart-course")).isGreaterThan(before + 2_000);
    assertThat(browser.findElement(By.id("chart-course")).getDomAttribute("aria-label"))
        .contains("74.0 % ± 4.0 points are expected to be right")
        .contains("promoted wide <img", "rolled back wide after 11,000 events");
    assertThat(text("course-legend"))
        .contains("expected of what waits, within its error", "branch promoted or rolled back");
    assertThat(text("tiles")).contains("7 predictions wait; 74.0 % ± 4.0 points expected");
    assertThat(text("changes")).contains("promoted", "branch wide", "rolled back");
    browser.findElement(By.cssSelector("#course-details summary")).sendKeys(Keys.ENTER);
    await().until(() -> text("course-table").contains("expected of what waits"));
    assertThat(text("course-table")).contains("74.0 % ± 4.0 points");
    picture("expected-" + scheme);
    size(400);
    assertThat(ask("return document.documentElement.scrollWidth")).isEqualTo(400L);
    picture("expected-narrow-" + scheme);
    noComplaints();
  }

  @Test
  void whoIsTrustedWhere_andWhoSaidWhat() throws IOException {
    Sent.story(model, "a");
    Sent.to(
        model,
        Sent.telling("a", 6_600, "event-6500", "wind high (+1.4 sd), day=1 in 80 %", "down"));
    open("");

    assertThat(text("specialists"))
        .contains("Specialists and the region each serves", "committee 1, specialist 0.7", "40.0 %")
        .contains("wind high (+1.4 sd), day=1 in 80 %", "everywhere");
    assertThat(text("prediction-0")).contains("event-6500", "who said what");
    assertThat(text("prediction-1")).contains("event-6400").doesNotContain("who said what");
    assertThat(text("why"))
        .contains("Event event-6500 was taken for up, mostly on the word of mlp 2.")
        .contains("Who said what, and how much it counted");
    assertThat(text("votes")).contains("mlp 2: down (75 %)", "50.0 %", "forest 0: up (90 %)");
    browser.findElement(By.id("prediction-1")).sendKeys(Keys.ENTER);
    assertThat(text("why"))
        .contains("How each family was weighed", "is reported for some predictions only")
        .doesNotContain("Who said what");
    picture("who-said-what");
    size(400);
    browser.findElement(By.id("prediction-1")).sendKeys(Keys.ENTER);
    assertThat(ask("return document.documentElement.scrollWidth")).isEqualTo(400L);
    picture("who-said-what-narrow");
    noComplaints();
  }

  @Test
  void textOfStrangersIsText() {
    String key = "key " + HOSTILE;
    for (int i = 0; i < 3; i++) {
      Sent.to(model, Sent.report(key + i, 1_000, 70));
    }
    Sent.to(model, Sent.report(key, 900, 60));
    Sent.to(model, Sent.telling(key, 1_000, "id " + HOSTILE, "r " + HOSTILE, "s " + HOSTILE));
    Sent.to(model, Sent.change(key, 1_000, DriftKind.REPLACE, 2, HOSTILE));
    Sent.to(model, Sent.prediction(key, HOSTILE, 0.1, 0.9));
    Sent.to(model, Sent.letter(1, HOSTILE));
    model.trouble("trouble " + HOSTILE);
    open("");

    assertThat(ask("return document.querySelectorAll('img, main b b, bdi *').length"))
        .isEqualTo(0L);
    assertThat(browser.getTitle()).startsWith("DriftMoE: job <img");
    assertThat(text("changes")).contains("<b>b</b></script>&amp;");
    assertThat(text("letters")).contains("<b>b</b></script>&amp;");
    assertThat(text("predictions")).contains("<img");
    assertThat(text("models-table")).contains("<b>b</b>");
    assertThat(text("trouble")).contains("<img");
    assertThat(text("votes")).contains("s <img");
    assertThat(text("specialists")).contains("r <img");
    noComplaints();
  }

  @Test
  void newsAreShownAtOnce_unlessThePageIsPaused() {
    open("");
    assertThat(text("headline")).isEqualTo("Waiting for the job’s first report");
    Sent.to(model, Sent.report("a", 1_000, 70));
    awaitNews();
    assertThat(text("headline")).isEqualTo("Learning at 70.0 % accuracy");
    assertThat(text("announce")).isEqualTo("Learning at 70.0 % accuracy");
    assertThat(text("connection")).isEqualTo("live");

    browser.findElement(By.id("pause")).sendKeys(Keys.ENTER);
    assertThat(browser.findElement(By.id("pause")).getDomAttribute("aria-pressed"))
        .isEqualTo("true");
    Object shown = ask("return document.body.dataset.version");
    Sent.to(model, Sent.report("a", 2_000, 80));
    browser.findElement(By.id("pause")).sendKeys(Keys.SPACE);
    Sent.to(model, Sent.report("a", 2_500, 90));
    awaitNews();
    assertThat(ask("return document.body.dataset.version")).isNotEqualTo(shown);
    assertThat(text("headline")).isEqualTo("Learning at 90.0 % accuracy");
    server.close();
    await().until(() -> text("connection").equals("no connection; this is the last state"));
  }

  @Test
  void modelsAndPredictionsAreChosenWithTheKeyboard_whichKeepsItsPlace() {
    Sent.story(model, "worst");
    Sent.to(model, Sent.report("good & fine", 500, 90));
    Sent.to(model, Sent.prediction("good & fine", "p-1", 0.2, 0.8));
    open("");
    browser.findElement(By.id("prediction-1")).sendKeys(Keys.ENTER);
    assertThat(text("why")).contains("event-6400");
    Sent.to(model, Sent.prediction("worst", "later", 0.6, 0.4));
    awaitNews();
    assertThat(text("why")).contains("event-6400");
    assertThat(browser.switchTo().activeElement().getDomAttribute("id")).isEqualTo("prediction-1");

    WebElement second = browser.findElement(By.id("model-1"));
    assertThat(second.getText()).isEqualTo("good & fine");
    second.sendKeys(Keys.ENTER);
    await().until(() -> text("why").contains("p-1"));
    assertThat(browser.getCurrentUrl()).endsWith("?key=good%20%26%20fine");
    open("?key=worst");
    assertThat(text("predictions")).contains("later");
    browser.findElement(By.id("search-key")).sendKeys("good & fine", Keys.ENTER);
    await().until(() -> text("why").contains("p-1"));
    noComplaints();
  }

  @Test
  void aDriftCanBePlanted_andThePageTellsWhatBecomesOfIt() {
    Sent.story(model, "a");
    open("");
    By offered = By.cssSelector("#actions button");
    await().until(() -> !browser.findElements(offered).isEmpty());
    WebElement button = browser.findElement(offered);
    assertThat(button.getText()).isEqualTo("Plant a drift now");
    button.sendKeys(Keys.ENTER);
    await().until(() -> text("action-result").equals("Planted at event 6,550."));
    Sent.to(model, Sent.report("a", 6_600, 50));
    awaitNews();
    assertThat(text("scope")).startsWith("Drift planted at event 6,550");
    noComplaints();
  }

  @Test
  void whatWasDoneToTheJob_isShownUntilItHasRecovered() {
    Sent.story(model, "a");
    open("");
    By offered = By.cssSelector("#actions button");
    await().until(() -> browser.findElements(offered).size() == 2);
    WebElement button = browser.findElements(offered).get(1);
    assertThat(button.getText()).isEqualTo("Kill the TaskManager");
    assertThat(browser.findElement(By.id(button.getDomAttribute("aria-describedby"))).getText())
        .isEqualTo("Another one starts.");
    assertThat(browser.findElement(By.id("outage")).isDisplayed()).isFalse();
    button.sendKeys(Keys.ENTER);
    await().until(() -> text("action-result").equals("Killed."));
    await()
        .until(() -> text("outage").equals("The TaskManager was killed; nothing has come since."));
    model.accept(PageTopic.METRICS, null, 3_000);
    awaitNews();
    assertThat(text("outage")).endsWith("wrote again after 2.5 s.");
    noComplaints();
  }

  @Test
  void everyControlIsReached_andNamed() {
    Sent.story(model, "a");
    Sent.to(model, Sent.report("b", 500, 90));
    open("");
    assertThat(
            ask(
                "return [...document.querySelectorAll('button, input, [role=img], [role=region],"
                    + " section')].filter(e => e.offsetParent !== null"
                    + " && !(e.textContent.trim() || e.ariaLabel || e.labels?.length"
                    + " || e.getAttribute('aria-labelledby'))).length"))
        .isEqualTo(0L);
    assertThat(
            ask("return [...document.querySelectorAll('h1, h2, h3')].map(h => h.tagName).join()"))
        .asString()
        .startsWith("H1,H2,H2,H3")
        .doesNotContain("H1,H3");
    browser.findElement(By.cssSelector("#course-details summary")).sendKeys(Keys.ENTER);
    await().until(() -> text("course-table").contains("6,500"));
    browser.findElement(By.cssSelector("#families-details summary")).sendKeys(Keys.ENTER);
    await().until(() -> text("families-table").contains("forest 0"));
    noComplaints();
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void aNarrowScreenDoesNotScrollSideways(String scheme) throws IOException {
    media("prefers-color-scheme", scheme);
    size(400);
    Sent.story(model, "a-key-without-any-blank-".repeat(4));
    Sent.to(model, Sent.report("b", 500, 90));
    Sent.to(model, Sent.letter(1, "x".repeat(400)));
    open("");
    assertThat(ask("return document.documentElement.scrollWidth")).isEqualTo(400L);
    assertThat(drawn("chart-course")).isGreaterThan(1_000);
    picture(scheme + "-narrow");
    noComplaints();
  }

  @Test
  void coloursFollowTheScheme_andMotionTheWish() {
    Sent.story(model, "a");
    open("");
    String colour =
        "return echarts.getInstanceByDom(document.getElementById('chart-course')).getOption()"
            + ".series[0].lineStyle.color;";
    String moves = "return getComputedStyle(document.querySelector('.bar i')).transitionDuration;";
    Object light = ask(colour);
    assertThat(ask(moves)).isEqualTo("0.3s");
    media("prefers-color-scheme", "dark");
    assertThat(ask(colour)).isNotEqualTo(light);
    media("prefers-reduced-motion", "reduce");
    assertThat(ask(moves)).isEqualTo("0s");
    noComplaints();
  }
}
