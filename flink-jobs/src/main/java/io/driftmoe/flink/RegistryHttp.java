// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a registry of schemas. Of the JDK's clients the one without threads of its own: they
 * would stay in a TaskManager after the job.
 */
class RegistryHttp {
  /** Larger ones are no schema of sense. */
  static final int MOST_BYTES = 8 << 20;

  private static final int OK = 200;
  private static final int REDIRECTION = 300;
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TIMEOUT = 408;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private final String url;
  private final int timeoutMillis;
  private final @Nullable String authorization;
  private final @Nullable SSLSocketFactory tls;
  private final boolean anyHost;

  /**
   * What came back.
   *
   * @param status 2xx, or 4xx where it may be meant for this request alone
   * @param body the first bytes of it where there are too many
   * @param cut whether there are
   */
  record Answer(int status, byte[] body, boolean cut) {
    boolean isOk() {
      return status == OK;
    }
  }

  /**
   * @throws IllegalArgumentException naming the key, when a reference leads nowhere on this machine
   *     or TLS cannot be set up
   */
  RegistryHttp(RegistryOptions options) {
    this.url = options.url().replaceFirst("/+$", "");
    AbstractConfig config =
        new AbstractConfig(
            RegistryProperties.definition(),
            ConfigReferences.resolvable("input.registry.properties", options.properties()),
            false);
    timeoutMillis = config.getInt(RegistryProperties.TIMEOUT);
    authorization = authorization(config);
    anyHost = config.getString(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG).isBlank();
    tls = url.startsWith("https:") ? tls(config) : null;
  }

  private static @Nullable String authorization(AbstractConfig config) {
    Password user = config.getPassword(RegistryProperties.USER_INFO);
    if (user != null) {
      byte[] bytes = user.value().getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }
    Password token = config.getPassword(RegistryProperties.TOKEN);
    return token == null ? null : "Bearer " + token.value();
  }

  private static SSLSocketFactory tls(AbstractConfig config) {
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(config.values());
      return factory.sslContext().getSocketFactory();
    } catch (KafkaException e) {
      throw new IllegalArgumentException("input.registry.properties: " + e.getMessage(), e);
    }
  }

  /** {@return the address, without a user} */
  String url() {
    return url;
  }

  /**
   * {@return the answer to a request}
   *
   * @throws RegistryRefusalException when it is that of a wrong address or of wrong credentials
   * @throws IOException when there is none, or none yet
   */
  Answer get(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(url + path).toURL().openConnection();
    if (connection instanceof HttpsURLConnection https && tls != null) {
      https.setSSLSocketFactory(tls);
      if (anyHost) {
        https.setHostnameVerifier((host, session) -> true);
      }
    }
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    connection.setInstanceFollowRedirects(false); // to where the credentials are not for
    connection.setUseCaches(false);
    connection.setRequestProperty(
        "Accept", "application/vnd.schemaregistry.v1+json, application/json");
    if (authorization != null) {
      connection.setRequestProperty("Authorization", authorization);
    }
    int status;
    try {
      status = connection.getResponseCode();
    } catch (IOException e) {
      throw new IOException("%s: %s".formatted(url, FailureMessage.of(e)), e);
    }
    byte[] body = body(connection, status);
    refuse(path, status);
    boolean cut = body.length > MOST_BYTES;
    return new Answer(status, cut ? Arrays.copyOf(body, MOST_BYTES) : body, cut);
  }

  private byte[] body(HttpURLConnection connection, int status) throws IOException {
    try (InputStream in =
        status >= BAD_REQUEST ? connection.getErrorStream() : connection.getInputStream()) {
      return in == null ? new byte[0] : in.readNBytes(MOST_BYTES + 1);
    }
  }

  private void refuse(String path, int status) throws IOException {
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw new RegistryRefusalException(
          "input.registry.url %s answers %s: see input.registry.properties.%s"
              .formatted(url, status, RegistryProperties.USER_INFO));
    }
    if (status >= SERVER_ERROR || status == TOO_MANY || status == TIMEOUT) {
      throw new IOException("%s answers %s to %s".formatted(url, status, path));
    }
    if (status >= REDIRECTION && status < BAD_REQUEST) {
      throw new RegistryRefusalException(
          "input.registry.url %s answers %s to %s".formatted(url, status, path));
    }
  }
}
