// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskManagerWatchTest {
  private final AtomicInteger taskManagers = new AtomicInteger(1);
  private HttpServer cluster;
  private TaskManagerWatch watch;

  @BeforeEach
  void start() throws IOException {
    cluster = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    cluster.createContext(
        "/overview",
        exchange -> {
          byte[] body =
              "{\"taskmanagers\":%s}".formatted(taskManagers).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    cluster.start();
    watch = new TaskManagerWatch(cluster.getAddress().getPort(), Duration.ofMillis(1));
  }

  @AfterEach
  void stop() {
    cluster.stop(0);
  }

  @Test
  void taskManagerThatStaysAway_isLost() throws Exception {
    watch.look();
    taskManagers.set(0);
    watch.look();
    watch.look();

    assertThatExceptionOfType(ClusterLostException.class)
        .isThrownBy(watch::look)
        .withMessageContaining("the TaskManager has ended");
  }

  @Test
  void taskManagerThatComesBack_isNot() throws Exception {
    taskManagers.set(0);
    watch.look();
    watch.look();
    taskManagers.set(1);
    watch.look();
    taskManagers.set(0);
    watch.look();
    watch.look();
  }

  @Test
  void clusterThatDoesNotAnswer_isNotLost() throws Exception {
    cluster.stop(0);
    for (int i = 0; i < 4; i++) {
      watch.look();
    }
  }
}
