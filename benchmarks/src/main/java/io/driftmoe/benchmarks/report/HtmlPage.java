// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

/**
 * The page as one file: style, chart library, data and scripts are all inside of it. Its content
 * security policy forbids it to load anything else.
 */
final class HtmlPage {
  private static final String WEBJAR = "/META-INF/maven/org.webjars/echarts/pom.properties";
  private static final String CHARTS = "/META-INF/resources/webjars/echarts/%s/echarts.min.js";

  /** In the order in which they need each other. */
  private static final List<String> SCRIPTS =
      List.of(
          "elements.js",
          "theme.js",
          "charts.js",
          "overview.js",
          "ranking.js",
          "cost.js",
          "stream.js",
          "experts.js",
          "specialists.js",
          "regret.js",
          "labels.js",
          "details.js",
          "page.js");

  private HtmlPage() {}

  static String of(PageData data) {
    return of("page.html", SCRIPTS, data);
  }

  /**
   * A page of its own with the style, the chart library and some of the scripts.
   *
   * @param template with places for style, data and scripts
   */
  static String of(String template, List<String> ownScripts, Object data) {
    StringBuilder scripts = new StringBuilder(script(charts()));
    ownScripts.forEach(name -> scripts.append(script(resource(name))));
    // in one pass over the template, so that nothing that is put in is taken for a place
    StringBuilder page = new StringBuilder();
    for (String piece : resource(template).split("(?=\\{\\{)|(?<=}})")) {
      page.append(
          switch (piece) {
            case "{{style}}" -> resource("page.css");
            case "{{data}}" -> json(data);
            case "{{scripts}}" -> scripts;
            default -> piece;
          });
    }
    return page.toString();
  }

  /** Less-than signs stand only inside of strings in JSON, where an escape means the same. */
  static String json(Object data) {
    try {
      return JsonMapper.builder().build().writeValueAsString(data).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // records of numbers and text
    }
  }

  /** A script element, which nothing in the script can end. */
  static String script(String code) {
    String safe = code.replace("</script", "<\\/script").replace("<!--", "<\\!--");
    return "<script>\n" + safe + "\n</script>\n";
  }

  /** The jar's folder bears its version. */
  private static String charts() {
    Properties jar = new Properties();
    try {
      jar.load(new StringReader(resource(WEBJAR)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return resource(CHARTS.formatted(jar.getProperty("version")));
  }

  private static String resource(String name) {
    try (InputStream bytes = HtmlPage.class.getResourceAsStream(name)) {
      if (bytes == null) {
        throw new IllegalStateException(name + " is missing from the class path");
      }
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
