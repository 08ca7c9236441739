// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.local.EmbeddedFlink;
import io.driftmoe.local.EmbeddedKafka;
import io.driftmoe.local.FreePort;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the commands start in their own process: nobody on another machine can reach it. */
@EnabledOnOs(OS.LINUX)
class LoopbackIT {
  @TempDir private Path folder;

  @Test
  void theListSeesASocketOnAllInterfaces() throws Exception {
    try (ServerSocket open = new ServerSocket(0)) {
      assertThat(ListeningSockets.here())
          .filteredOn(socket -> socket.getPort() == open.getLocalPort())
          .singleElement()
          .matches(socket -> socket.getAddress().isAnyLocalAddress());
    }
  }

  @Test
  void theBroker() throws Exception {
    List<InetSocketAddress> before = ListeningSockets.here();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder)) {
      List<InetSocketAddress> sockets = ListeningSockets.here();
      assertThat(kafka.bootstrap()).startsWith("127.0.0.1:");
      assertThat(sockets).hasSizeGreaterThan(before.size());
      assertLoopback(sockets, before);
    }
  }

  @Test
  void theClusterAndItsBlobServer_whichTakesNoJars() throws Exception {
    List<InetSocketAddress> before = ListeningSockets.here();
    int port = FreePort.any();
    StreamExecutionEnvironment environment = EmbeddedFlink.environment(folder, 1, port);
    environment.fromSequence(0, Long.MAX_VALUE).sinkTo(new DiscardingSink<>());
    JobClient job = environment.executeAsync();
    try {
      List<InetSocketAddress> sockets = ListeningSockets.here();
      // REST and BLOB server
      assertThat(sockets).hasSizeGreaterThanOrEqualTo(before.size() + 2);
      assertLoopback(sockets, before);
      HttpResponse<String> jars =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:%s/jars".formatted(port)))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(jars.statusCode()).as(jars.body()).isEqualTo(404);
    } finally {
      job.cancel().get();
    }
  }

  private static void assertLoopback(
      List<InetSocketAddress> sockets, List<InetSocketAddress> before) {
    assertThat(sockets)
        .filteredOn(socket -> !before.contains(socket))
        .allMatch(socket -> socket.getAddress().isLoopbackAddress());
  }
}
