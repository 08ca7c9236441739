// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Looks whether a cluster in this JVM has lost its TaskManager. Flink ends that on a failure that
 * it takes for one of the whole process, but neither the process nor the job: which waits for
 * another one, for ever.
 */
final class TaskManagerWatch {
  /** It may be away for a moment when the cluster begins. */
  private static final int LOOKS_IN_A_ROW = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final URI overview;
  private final Duration pause;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private int without;

  /**
   * @param port of the cluster's REST interface
   * @param pause between two looks
   */
  TaskManagerWatch(int port, Duration pause) {
    this.overview = URI.create("http://localhost:%s/overview".formatted(port));
    this.pause = pause;
  }

  long pauseMillis() {
    return pause.toMillis();
  }

  /**
   * Looks once.
   *
   * @throws ClusterLostException when there was none for a while
   */
  void look() throws ClusterLostException, InterruptedException {
    without = isThere() ? 0 : without + 1;
    if (without >= LOOKS_IN_A_ROW) {
      throw new ClusterLostException(
          "the TaskManager has ended, after a failure that the log names: the job does not go on in"
              + " this process");
    }
  }

  private boolean isThere() throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(overview).timeout(PATIENCE).build();
      byte[] body = http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
      // a busy cluster that does not say is not one that says none
      return json.readTree(body).path("taskmanagers").asInt(1) > 0;
    } catch (IOException e) {
      return true;
    }
  }
}
