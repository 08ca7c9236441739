// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Properties of the client of a registry of schemas, under the names that Confluent's has. */
final class RegistryProperties {
  static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
  static final String USER_INFO = "basic.auth.user.info";
  static final String TOKEN = "bearer.auth.token";
  static final String TIMEOUT = "request.timeout.ms";

  private static final int LONGEST_URL = 4_096;
  private static final int MOST_CHARACTERS = 1 << 16;
  private static final int DEFAULT_TIMEOUT_MILLIS = 10_000;
  private static final int LONGEST_TIMEOUT_MILLIS = 60_000;

  private RegistryProperties() {}

  /** What the client takes, with defaults. */
  static ConfigDef definition() {
    return new ConfigDef()
        .define(
            CREDENTIALS_SOURCE,
            ConfigDef.Type.STRING,
            "USER_INFO",
            ConfigDef.ValidString.in("USER_INFO"),
            ConfigDef.Importance.LOW,
            "where the user is named: in " + USER_INFO)
        .define(
            USER_INFO, ConfigDef.Type.PASSWORD, null, ConfigDef.Importance.HIGH, "USER:PASSWORD")
        .define(
            TOKEN, ConfigDef.Type.PASSWORD, null, ConfigDef.Importance.HIGH, "sent as bearer token")
        .define(
            TIMEOUT,
            ConfigDef.Type.INT,
            DEFAULT_TIMEOUT_MILLIS,
            ConfigDef.Range.between(1, LONGEST_TIMEOUT_MILLIS),
            ConfigDef.Importance.LOW,
            "of a request")
        .withClientSslSupport();
  }

  /** Whether values of the key may hold a secret. */
  static boolean isSecret(String key) {
    return key.endsWith(USER_INFO) || key.endsWith(TOKEN);
  }

  /**
   * Checks an address.
   *
   * @throws IllegalArgumentException that begins with the key
   */
  static void checkUrl(@Nullable String url) {
    if (url == null || url.isBlank()) {
      throw new IllegalArgumentException("url is missing");
    }
    if (url.length() > LONGEST_URL) {
      throw new IllegalArgumentException(
          "url must have at most %s characters, got %s".formatted(LONGEST_URL, url.length()));
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "url must be an address such as http://localhost:8081; it is none: " + e.getReason(), e);
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "url must not hold a user, which would be shown; write properties." + USER_INFO);
    }
    boolean isWeb = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!isWeb || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
      throw new IllegalArgumentException(
          "url must be an address such as http://localhost:8081, got " + QuotedText.of(url));
    }
  }

  /**
   * Checks names and values, without what references in them lead to.
   *
   * @throws IllegalArgumentException that begins with the key
   */
  static void check(Map<String, String> properties) {
    ConfigDef known = definition();
    properties.forEach(
        (name, value) -> {
          ConfigDef.ConfigKey key = known.configKeys().get(name);
          if (key == null) {
            throw new IllegalArgumentException(
                "properties.%s is not known; known here: %s"
                    .formatted(
                        QuotedText.of(name),
                        known.names().stream().sorted().collect(Collectors.joining(", "))));
          }
          checkValue(key, name, value);
        });
  }

  private static void checkValue(ConfigDef.ConfigKey key, String name, @Nullable String value) {
    if (value == null) {
      throw new IllegalArgumentException("properties.%s is missing".formatted(name));
    }
    if (value.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "properties.%s must have at most %s characters, got %s"
              .formatted(name, MOST_CHARACTERS, value.length()));
    }
    if (key.type == ConfigDef.Type.CLASS || ConfigReferences.isIn(value)) {
      return; // seen where the client runs
    }
    if (name.equals(USER_INFO) && !value.contains(":")) {
      throw new IllegalArgumentException("properties.%s must be USER:PASSWORD".formatted(name));
    }
    try {
      Object parsed = ConfigDef.parseType(name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(name, parsed);
      }
    } catch (ConfigException e) {
      throw new IllegalArgumentException("properties.%s: %s".formatted(name, e.getMessage()), e);
    }
  }
}
