// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Looks for a TCP port on the loopback interface that nobody listens on. */
final class FreePort {
  private static final int TRIES = 100;

  private FreePort() {}

  /**
   * The first free port at or above the given one, or any free port when the next hundred are
   * taken.
   */
  static int from(int first) {
    for (int port = first; port < first + TRIES; port++) {
      if (isFree(port)) {
        return port;
      }
    }
    return 0;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
