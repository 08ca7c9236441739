// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldPortsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void nobodyElseCanListen_untilTheyAreGivenBack() throws Exception {
    int port = new FreePorts().next();
    try (HeldPorts ports = new HeldPorts(List.of(port))) {
      ports.take();

      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() -> new ServerSocket(port, 1, LOOPBACK).close());
      assertThatExceptionOfType(ConnectException.class)
          .isThrownBy(() -> new Socket(LOOPBACK, port).close());
    }
    assertThatNoException().isThrownBy(() -> new ServerSocket(port, 1, LOOPBACK).close());
  }

  @Test
  void portOfAServerThatIsThere_isLeftToIt() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
        HeldPorts ports = new HeldPorts(List.of(server.getLocalPort()))) {
      assertThatNoException().isThrownBy(ports::take);
    }
  }
}
