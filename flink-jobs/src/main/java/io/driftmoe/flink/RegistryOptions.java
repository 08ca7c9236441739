// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A registry of schemas, for the format avro-confluent: any that speaks the REST interface of
 * Confluent's.
 *
 * @param url its address, with the path before /schemas where there is one
 * @param properties basic.auth.user.info as USER:PASSWORD, bearer.auth.token, ssl.truststore.*,
 *     ssl.keystore.* and other properties of Kafka's TLS, request.timeout.ms; a value may refer to
 *     {@code ${env:NAME}}, {@code ${file:PATH:KEY}} or {@code ${directory:PATH:FILE}}, which is
 *     read where the job runs
 */
public record RegistryOptions(String url, Map<String, String> properties) implements Serializable {

  /**
   * Rejects what is no address, and properties that are not known.
   *
   * @param url http or https, without a user; at most 4,096 characters
   * @param properties null for none
   * @throws IllegalArgumentException naming the key at fault, without values that may be secrets
   */
  public RegistryOptions(String url, @Nullable Map<String, String> properties) {
    RegistryProperties.checkUrl(url);
    this.url = url;
    Map<String, String> given = properties == null ? Map.of() : properties;
    RegistryProperties.check(given);
    this.properties = Map.copyOf(given);
  }

  /** Without values: they may be secrets. */
  @Override
  public String toString() {
    return "RegistryOptions[url=%s, properties=%s]".formatted(url, properties.keySet());
  }
}
