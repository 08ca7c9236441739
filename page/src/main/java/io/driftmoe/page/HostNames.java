// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names under which a browser may ask for the page. A page of a stranger can give its own name
 * the address of this machine, and would then be let read ours (DNS rebinding); so on the loopback
 * interface other names are refused.
 */
final class HostNames {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final InetSocketAddress bound;
  private final String given;

  /**
   * @param given name or address that the server was told to listen on
   */
  HostNames(InetSocketAddress bound, String given) {
    this.bound = bound;
    this.given = given.toLowerCase(Locale.ROOT);
  }

  /**
   * Whether the header names this server.
   *
   * @param header of the request, {@code host:port}
   */
  boolean allows(@Nullable String header) {
    InetAddress address = bound.getAddress();
    if (!address.isLoopbackAddress()) {
      return true; // whoever opens it to others knows under which names
    }
    if (header == null) {
      return false;
    }
    String name = header.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
    return LOOPBACK.contains(name) || name.equals(given);
  }
}
