// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import io.driftmoe.flink.FailureMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Looks for a TCP port on the loopback interface that nobody listens on. */
public final class FreePort {
  private static final int TRIES = 100;

  private FreePort() {}

  /** The first free port at or above the given one, or any when the next hundred are taken. */
  static int from(int first) throws LocalException {
    for (int port = first; port < first + TRIES; port++) {
      try {
        return bind(port);
      } catch (IOException taken) {
        continue;
      }
    }
    return any();
  }

  /** Whether nobody listens on a port. */
  static boolean isFree(int port) {
    try {
      return bind(port) == port;
    } catch (IOException taken) {
      return false;
    }
  }

  /** Any free port. */
  public static int any() throws LocalException {
    try {
      return bind(0);
    } catch (IOException e) {
      throw new LocalException("no TCP port is free: " + FailureMessage.of(e), e);
    }
  }

  private static int bind(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
