// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a job does when it cannot be a member of its owner's group. */
@Timeout(30)
class JobOwnerTest {
  private final CompletableFuture<Throwable> fenced = new CompletableFuture<>();

  private JobOwner join(Refusing consumer) {
    return JobOwner.join(Events.options(Map.of()), consumer, fenced::complete);
  }

  @Test
  void brokerThatTakesNoSuchSession_leavesTheJobWithoutAnOwner_forGood() throws Exception {
    Refusing consumer = new Refusing(new InvalidSessionTimeoutException("below the least"), 1);

    JobOwner owner = join(consumer);

    consumer.awaitClosed();
    assertThat(consumer.polls).isOne();
    assertThat(fenced).isNotDone();
    owner.leave();
  }

  @Test
  void faultThatMayPass_isTriedAgain() throws Exception {
    Refusing consumer = new Refusing(new UnknownServerException("busy"), 2);

    JobOwner owner = join(consumer);

    consumer.awaitPolls();
    assertThat(fenced).isNotDone();
    owner.leave();
    consumer.awaitClosed();
  }

  /** Throws a number of times, and then has no records. */
  private static final class Refusing extends MockConsumer<byte[], byte[]> {
    private final KafkaException fault;
    private final int times;
    private final CountDownLatch polled;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int polls;

    private Refusing(KafkaException fault, int times) {
      super("earliest");
      this.fault = fault;
      this.times = times;
      this.polled = new CountDownLatch(times + 1);
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      polls = polls + 1;
      polled.countDown();
      if (polls <= times) {
        throw fault;
      }
      return ConsumerRecords.empty();
    }

    @Override
    public void close(CloseOptions options) {
      closed.countDown();
    }

    private void awaitPolls() throws InterruptedException {
      assertThat(polled.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private void awaitClosed() throws InterruptedException {
      assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
