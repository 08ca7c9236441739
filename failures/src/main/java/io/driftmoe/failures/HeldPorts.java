// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps others from the ports of a server that is away: connections are refused, and nobody else
 * can listen there.
 */
final class HeldPorts implements AutoCloseable {
  private final List<Integer> left;
  private final List<Socket> held = new ArrayList<>();

  HeldPorts(List<Integer> ports) {
    this.left = new ArrayList<>(ports);
  }

  /** Takes those that it can: for a minute connections of the server that went are in the way. */
  void take() throws IOException {
    for (int port : List.copyOf(left)) {
      Socket socket = new Socket();
      try {
        // two sockets that both allow it may have one address
        socket.setReuseAddress(false);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        held.add(socket);
        left.remove(Integer.valueOf(port));
      } catch (BindException e) {
        socket.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : held) {
      socket.close();
    }
  }
}
