// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Checks the addresses of brokers at start; whether there are such hosts is for the clients. */
final class BrokerAddresses {
  private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
  private static final int LARGEST_PORT = 65_535;

  private BrokerAddresses() {}

  /**
   * Checks a list as {@code bootstrap.servers} has it.
   *
   * @throws IllegalArgumentException naming the address at fault
   */
  static void check(String bootstrap) {
    for (String address : COMMA.split(bootstrap.strip())) {
      if (!address.isEmpty()) { // a comma at the end, which clients let pass
        checkOne(address);
      }
    }
  }

  private static void checkOne(String address) {
    if (Utils.getHost(address) == null) {
      throw new IllegalArgumentException(
          "bootstrap must be host:port, for example localhost:9092, or several with commas between"
              + " them, got "
              + QuotedText.of(address));
    }
    Integer port = port(address);
    if (port == null || port > LARGEST_PORT) {
      throw new IllegalArgumentException(
          "bootstrap must have a port from 0 to %s, got %s"
              .formatted(LARGEST_PORT, QuotedText.of(address)));
    }
  }

  private static @Nullable Integer port(String address) {
    try {
      return Utils.getPort(address);
    } catch (NumberFormatException e) {
      return null; // more digits than an int has
    }
  }
}
