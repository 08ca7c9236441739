// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The files of the page by their paths, all from the class path: there are no others. */
final class PageFiles {
  private static final String CHARTS = "/META-INF/maven/org.webjars/echarts/pom.properties";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private final Map<String, PageFile> files = new LinkedHashMap<>();

  /** A file as it is sent. */
  record PageFile(String type, byte[] content) {}

  PageFiles() {
    files.put("/", own("page.html", "text/html; charset=utf-8"));
    files.put("/page.css", own("page.css", "text/css; charset=utf-8"));
    files.put("/icon.svg", own("icon.svg", "image/svg+xml"));
    for (String name :
        new String[] {"page.js", "elements.js", "charts.js", "overview.js", "details.js"}) {
      files.put("/" + name, own(name, SCRIPT));
    }
    String charts = "/META-INF/resources/webjars/echarts/%s/echarts.min.js".formatted(version());
    files.put("/echarts.js", new PageFile(SCRIPT, resource(charts)));
  }

  @Nullable PageFile get(String path) {
    return files.get(path);
  }

  private static PageFile own(String name, String type) {
    return new PageFile(type, resource(name));
  }

  /** The jar's folder bears its version. */
  private static String version() {
    Properties jar = new Properties();
    try (InputStream in = PageFiles.class.getResourceAsStream(CHARTS)) {
      if (in == null) {
        throw new IllegalStateException("the chart library is missing from the class path");
      }
      jar.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return jar.getProperty("version");
  }

  private static byte[] resource(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
