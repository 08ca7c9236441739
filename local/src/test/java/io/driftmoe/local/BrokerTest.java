// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.flink.JobOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What of it may pass decides whether a supervised job tries again. */
class BrokerTest {
  private static Broker at(int port) {
    Map<String, String> impatient =
        Map.of("default.api.timeout.ms", "400", "request.timeout.ms", "200");
    return new Broker(new JobOptions.Kafka("127.0.0.1:" + port, null, null, impatient));
  }

  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @Test
  void brokerThatIsAway_mayComeBack() throws Exception {
    int port;
    try (ServerSocket server = server()) {
      port = server.getLocalPort();
    }
    assertThatThrownBy(() -> at(port).require(List.of("a")))
        .isExactlyInstanceOf(BrokerAwayException.class)
        .hasMessage("no Kafka broker answers at 127.0.0.1:" + port);
  }

  @Test
  void whatDoesNotSpeakKafka_isAWrongAddress() throws Exception {
    Thread answers;
    try (ServerSocket server = server()) {
      answers = new Thread(() -> answer(server));
      answers.start();
      int port = server.getLocalPort();
      assertThatThrownBy(() -> at(port).require(List.of("a")))
          .isExactlyInstanceOf(LocalException.class)
          .hasMessage("what listens at 127.0.0.1:%s does not speak Kafka".formatted(port));
    }
    answers.join();
  }

  /** As a web server, until the server is closed. */
  private static void answer(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept();
          InputStream in = socket.getInputStream();
          OutputStream out = socket.getOutputStream()) {
        if (in.read() >= 0) {
          out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        continue; // the client or the server has ended it
      }
    }
  }
}
