// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
  private static final int PATIENCE_MILLIS = 10_000;

  private ServerSocket server;
  private TcpProxy proxy;
  private Socket client;
  private Socket accepted;

  @BeforeEach
  void connect() throws Exception {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    proxy = new TcpProxy(0, server.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    accepted = server.accept();
    client.setSoTimeout(PATIENCE_MILLIS);
    accepted.setSoTimeout(PATIENCE_MILLIS);
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    accepted.close();
    proxy.close();
    server.close();
  }

  @Test
  void bytes_passBothWays() throws Exception {
    client.getOutputStream().write(1);
    accepted.getOutputStream().write(2);

    assertThat(accepted.getInputStream().read()).isEqualTo(1);
    assertThat(client.getInputStream().read()).isEqualTo(2);
  }

  @Test
  void whileCut_nothingPasses_andItArrivesAfterwards() throws Exception {
    proxy.cut();
    client.getOutputStream().write(1);
    accepted.setSoTimeout(50);

    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> accepted.getInputStream().read());

    proxy.mend();
    accepted.setSoTimeout(PATIENCE_MILLIS);
    assertThat(accepted.getInputStream().read()).isEqualTo(1);
  }

  @Test
  void reset_closesBothSides_andTakesNewClients() throws Exception {
    proxy.reset();

    assertThat(accepted.getInputStream().read()).isEqualTo(-1);
    try (Socket next = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        Socket nextAccepted = server.accept()) {
      next.getOutputStream().write(3);
      assertThat(nextAccepted.getInputStream().read()).isEqualTo(3);
    }
  }
}
