// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.util.List;

/** Eight kinds of network connection: one for each of seven services, and the rest. */
final class ConnectionSources implements FeatureSources {
  static final int COUNT = 8;

  /** The services of most rows of the file; one of them is called other. */
  static final List<String> SERVICES =
      List.of("ecr_i", "private", "http", "smtp", "other", "domain_u", "ftp_data");

  /** The file has no header; the service is in its third column. */
  private static final String SERVICE_COLUMN = "c3";

  private final NominalGroups service;

  ConnectionSources(StreamSchema schema) {
    this.service = new NominalGroups(schema, SERVICE_COLUMN, SERVICES);
  }

  @Override
  public int source(FeatureVector features) {
    return service.of(features);
  }
}
