// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a broker; {@code SecureBrokerIT} has all that brokers speak. */
class BrokerFailureTest {
  private static final Throwable TIMEOUT = new ExecutionException(new TimeoutException("late"));

  private static String of(String bootstrap, Throwable fault) {
    return failure(bootstrap, fault).message();
  }

  private static BrokerFailure failure(String bootstrap, Throwable fault) {
    return BrokerFailure.of(new JobOptions.Kafka(bootstrap, null, null, Map.of()), fault);
  }

  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @Test
  void nobodyListens() throws IOException {
    String at;
    try (ServerSocket server = server()) {
      at = "127.0.0.1:" + server.getLocalPort();
    }
    assertThat(of(at + ", [::1]:1, no.such.host.invalid:1", TIMEOUT))
        .startsWith("no Kafka broker answers at " + at);
    assertThat(failure(at, TIMEOUT).mayPass()).isTrue();
  }

  @Test
  void somethingElseListens() throws Exception {
    try (ServerSocket server = server()) {
      Thread http = new Thread(() -> answerTwice(server));
      http.start();
      String at = "127.0.0.1:" + server.getLocalPort();
      assertThat(failure(at, TIMEOUT))
          .isEqualTo(new BrokerFailure("what listens at " + at + " does not speak Kafka", false));
      http.join();
    }
  }

  private static void answerTwice(ServerSocket server) {
    for (int i = 0; i < 2; i++) {
      try (Socket socket = server.accept();
          InputStream in = socket.getInputStream();
          OutputStream out = socket.getOutputStream()) {
        assertThat(in.read()).isNotNegative();
        out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** A process that was stopped (SIGSTOP): the kernel takes the connection. */
  @Test
  void whatListensHangs() throws IOException {
    try (ServerSocket server = server()) {
      String at = "127.0.0.1:" + server.getLocalPort();
      assertThat(of(at, TIMEOUT)).isEqualTo("no Kafka broker answers at " + at);
    }
  }

  @Test
  void aMissingRightNamesTheTableOfRights() {
    assertThat(of("a:1", new TopicAuthorizationException(Set.of("t"))))
        .contains("t", "docs/security.md")
        .doesNotContain("Exception");
    assertThat(of("a:1", new IllegalStateException("odd"))).isEqualTo("Kafka at a:1: odd");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        CoordinatorNotAvailableException.class,
        CoordinatorLoadInProgressException.class,
        DisconnectException.class,
        NotControllerException.class
      })
  void aBrokerThatIsNotReady_mayBeLater(Class<? extends ApiException> type) throws Exception {
    ApiException fault = type.getConstructor(String.class).newInstance("not now");
    assertThat(failure("a:1", new ExecutionException(fault)))
        .isEqualTo(new BrokerFailure("Kafka at a:1: not now", true));
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        TopicAuthorizationException.class,
        InvalidTopicException.class,
        UnknownTopicOrPartitionException.class,
        UnknownTopicIdException.class,
        UnsupportedVersionException.class
      })
  void whatIsWrong_staysWrong(Class<? extends ApiException> type) throws Exception {
    ApiException fault = type.getConstructor(String.class).newInstance("no Kafka broker answers");
    assertThat(failure("a:1", fault).mayPass()).isFalse();
  }
}
