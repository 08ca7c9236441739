// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.TopicTail;
import io.driftmoe.local.TopicTail.Reach;
import io.driftmoe.page.PageAction;
import io.driftmoe.page.PageModel;
import io.driftmoe.page.PageServer;
import io.driftmoe.page.PageSettings;
import io.driftmoe.page.PageTopic;
import io.driftmoe.page.PlantedChange;
import io.driftmoe.streams.PlantedDrift;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The live page of one job: follows its output topics in a thread of its own and serves what it
 * sees. It also shows what is not committed yet: otherwise the page would stand still between
 * checkpoints, and show a drift when it is over. The price is that records which the job sends
 * again after a failure are seen twice; the page knows most of them again.
 */
final class LivePage implements AutoCloseable {
  static final String LOOPBACK = "127.0.0.1";

  /** Where the first page of a machine is; the next ones are above it. */
  static final int FIRST_PORT = 8070;

  private static final int PORTS = 100;

  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final long ROUND_MILLIS = 100;

  private static final Duration AGAIN = Duration.ofSeconds(2);

  /** A sample is enough of predictions; of the others all is wanted, up to a flood. */
  private static final Reach PREDICTIONS = new Reach(20, 300);

  private static final Reach OTHERS = new Reach(2_000, 20_000);

  private final JobOptions options;
  private final Map<String, PageTopic> topics = new LinkedHashMap<>();
  private final PageModel model;
  private final PageServer server;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread reading = new Thread(this::follow, "read-topics");

  private LivePage(JobOptions options, PageModel model, PageServer server) {
    this.options = options;
    this.model = model;
    this.server = server;
    JobOptions.Topics names = options.topics();
    topics.put(names.predictions(), PageTopic.PREDICTIONS);
    topics.put(names.driftEvents(), PageTopic.DRIFT_EVENTS);
    topics.put(names.metrics(), PageTopic.METRICS);
    topics.put(names.deadLetters(), PageTopic.DEAD_LETTERS);
  }

  /**
   * Opens the page; the topics must exist.
   *
   * @param planted drifts of the stream; empty where they are not known
   * @param actions what the page can do beside showing
   * @param host name or address to listen on
   * @param port to listen on; -1 for the first free one from 8070 on
   * @throws CommandException when nothing can listen there
   */
  static LivePage open(
      JobOptions options,
      List<PlantedDrift> planted,
      Function<PageModel, List<PageAction>> actions,
      String host,
      int port)
      throws CommandException {
    PageModel model =
        new PageModel(
            new PageSettings(
                options.job().name(),
                ExpertTitles.of(options),
                options.schema().classes(),
                planted.stream()
                    .map(d -> new PlantedChange(d.firstEvent(), d.firstEvent() + d.width()))
                    .toList()));
    LivePage page = new LivePage(options, model, serve(model, actions.apply(model), host, port));
    page.reading.setDaemon(true);
    page.reading.start();
    return page;
  }

  private static PageServer serve(PageModel model, List<PageAction> actions, String host, int port)
      throws CommandException {
    int first = port < 0 ? FIRST_PORT : port;
    int last = port < 0 ? FIRST_PORT + PORTS : port;
    for (int tried = first; ; tried++) {
      try {
        return PageServer.start(model, actions, host, tried);
      } catch (BindException e) {
        if (tried >= last) {
          throw new CommandException(
              "the page cannot be at %s:%s: %s".formatted(host, tried, FailureMessage.of(e)), e);
        }
      } catch (IOException e) {
        throw new CommandException(
            "the page cannot be at %s: %s".formatted(host, FailureMessage.of(e)), e);
      }
    }
  }

  /** Where a browser finds it. */
  String url() {
    return server.url();
  }

  private void follow() {
    try {
      while (closing.getCount() > 0) {
        try (TopicTail tail = TopicTail.open(options.kafka(), reaches())) {
          read(tail);
        } catch (AuthorizationException e) {
          model.trouble("The topics may not be read: " + FailureMessage.of(e));
        } catch (InterruptException e) {
          return;
        } catch (KafkaException e) {
          model.trouble("The topics cannot be read: " + FailureMessage.of(e));
        }
        closing.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, Reach> reaches() {
    Map<String, Reach> reaches = new LinkedHashMap<>();
    topics.forEach(
        (name, topic) -> reaches.put(name, topic == PageTopic.PREDICTIONS ? PREDICTIONS : OTHERS));
    return reaches;
  }

  private void read(TopicTail tail) throws InterruptedException {
    boolean last;
    do {
      last = closing.await(ROUND_MILLIS, TimeUnit.MILLISECONDS);
      try {
        tail.poll(PATIENCE, this::show);
      } catch (TimeoutException e) {
        model.trouble("No Kafka broker answers at " + options.kafka().bootstrap());
        continue;
      }
      long left = 0;
      for (Map.Entry<String, PageTopic> topic : topics.entrySet()) {
        long over = tail.takePassedOver(topic.getKey());
        left += topic.getValue() == PageTopic.PREDICTIONS ? 0 : over;
      }
      long passed = left;
      tail.end(options.topics().predictions()).ifPresent(end -> model.progress(end, passed));
      model.trouble("");
    } while (!last);
  }

  private void show(ConsumerRecord<byte[], byte[]> record) {
    PageTopic topic = topics.get(record.topic());
    if (topic != null) {
      model.accept(topic, record.value(), record.timestamp());
    }
  }

  /** Reads once more, shows it, and ends. */
  @Override
  public void close() {
    closing.countDown();
    try {
      reading.join(Duration.ofSeconds(5).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
  }
}
