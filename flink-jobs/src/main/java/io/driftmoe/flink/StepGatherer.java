// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.DeviceUse;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.ReferenceBackend;
import io.driftmoe.networks.StepQueueException;
import io.driftmoe.networks.TrainingStep;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers training steps of many models, from many subtasks, and takes them in few launches. One
 * thread owns the device: it opens, uses and closes the back end.
 *
 * <p>A launch whose device fails is redone on the reference, and the device is not used again. Any
 * other failure is rethrown to the callers that wait or hand over more steps.
 */
final class StepGatherer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StepGatherer.class);

  /** Name of the thread. */
  static final String THREAD = "driftmoe-routers";

  /** How long closing waits for a launch that is running. */
  private static final Duration CLOSING = Duration.ofSeconds(10);

  /** Opens the back end, on the thread that will use it. */
  interface Opener {
    NetworkBackend open() throws BackendUnavailableException;
  }

  /** What is launched at once, a call for each shape in it. */
  private record Wave(List<StepBlock> blocks, LaunchReason reason) {}

  private final int gatherRouters;
  private final LaunchPolicy policy;
  private final GatherStatistics statistics = new GatherStatistics();
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition taken = lock.newCondition();

  // Under the lock.
  private final ArrayDeque<StepBlock> waiting = new ArrayDeque<>();
  private int neededWaiting;
  private int models;
  private boolean closed;
  private @Nullable Throwable failure;

  /** Null until opened. */
  private volatile @Nullable NetworkBackend device;

  private volatile boolean lost;

  private StepGatherer(
      Opener opener, int gatherRouters, Duration delay, CompletableFuture<Void> opened) {
    this.gatherRouters = gatherRouters;
    this.policy = new LaunchPolicy(gatherRouters, delay);
    this.thread = new Thread(() -> run(opener, opened), THREAD);
    this.thread.setDaemon(true);
  }

  /**
   * Starts the thread and returns when it has opened the back end.
   *
   * @param gatherRouters models whose steps are taken in one launch, at most
   * @param delay within which a step is to be taken
   */
  static StepGatherer start(Opener opener, int gatherRouters, Duration delay)
      throws BackendUnavailableException, InterruptedException {
    CompletableFuture<Void> opened = new CompletableFuture<>();
    StepGatherer gatherer = new StepGatherer(opener, gatherRouters, delay, opened);
    gatherer.thread.start();
    try {
      opened.get();
    } catch (InterruptedException e) {
      gatherer.stop(); // the thread gives back what it may yet open
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BackendUnavailableException unavailable) {
        throw unavailable;
      }
      throw new IllegalStateException("opening the back end of the networks failed", e.getCause());
    }
    return gatherer;
  }

  /**
   * Hands over steps. Until they are taken, no other code may touch their networks and arrays.
   *
   * @param firstOfModel whether the model has never come with a step before
   */
  void submit(StepBlock block, boolean firstOfModel) {
    lock.lock();
    try {
      check();
      block.handedOver(System.nanoTime());
      waiting.add(block);
      models += firstOfModel ? 1 : 0;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Has steps taken as soon as the device is free, and returns when they have been.
   *
   * @throws StepQueueException when a launch failed, or the thread was interrupted, which it then
   *     still is
   */
  void await(Collection<StepBlock> blocks) {
    try {
      lock.lockInterruptibly();
      try {
        for (StepBlock block : blocks) {
          if (!block.launched && !block.needed) {
            block.needed = true;
            neededWaiting++;
          }
        }
        changed.signal();
        for (StepBlock block : blocks) {
          while (!block.isTaken()) {
            check();
            taken.await();
          }
        }
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepQueueException("interrupted while a training step of a network ran", e);
    }
  }

  /** Forgets the steps of a subtask that ends, and its models. */
  void withdraw(GatheredSteps owner, int ownersModels) {
    lock.lock();
    try {
      for (Iterator<StepBlock> i = waiting.iterator(); i.hasNext(); ) {
        StepBlock block = i.next();
        if (block.owner() == owner) {
          i.remove();
          neededWaiting -= block.needed ? 1 : 0;
        }
      }
      models -= ownersModels;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the device has failed: the callers then take their steps themselves. */
  boolean isDeviceLost() {
    return lost;
  }

  /** Whether a launch failed in a way that cannot be redone; nothing more can be handed over. */
  boolean isBroken() {
    lock.lock();
    try {
      return failure != null;
    } finally {
      lock.unlock();
    }
  }

  /** For people: which back end takes the steps. */
  String describe() {
    return lost ? "java (%s failed)".formatted(device().name()) : device().name();
  }

  GatherStatistics statistics() {
    return statistics;
  }

  /** What has been asked of the device. */
  DeviceUse used() {
    return device().used();
  }

  private NetworkBackend device() {
    return Objects.requireNonNull(device, "not open");
  }

  /** Whether the thread has ended, and with it the use of the device. */
  boolean isClosed() {
    return !thread.isAlive();
  }

  private void check() {
    if (failure != null) {
      throw new StepQueueException("a launch of training steps of networks failed", failure);
    }
    if (closed) {
      throw new StepQueueException("training steps of networks are no longer taken", null);
    }
  }

  private void run(Opener opener, CompletableFuture<Void> opened) {
    try {
      device = opener.open();
    } catch (Throwable e) { // any failure goes to the callers that wait for the opening
      opened.completeExceptionally(e);
      return;
    }
    opened.complete(null);
    try {
      for (Wave wave = next(); wave != null; wave = next()) {
        take(wave);
      }
    } catch (Throwable e) { // must not be lost with this thread while others wait for it
      fail(e, List.of());
    } finally {
      closeDevice();
    }
  }

  /** Waits until something is to be launched; null when nothing will be any more. */
  private @Nullable Wave next() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && failure == null) {
        long waited = waiting.isEmpty() ? 0 : System.nanoTime() - waiting.peek().since();
        LaunchReason reason = policy.due(waiting.size(), models, neededWaiting > 0, waited);
        if (reason != null) {
          return new Wave(oldest(), reason);
        }
        if (waiting.isEmpty()) {
          changed.await();
        } else {
          changed.awaitNanos(policy.patienceNanos() - waited);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private List<StepBlock> oldest() {
    List<StepBlock> blocks = new ArrayList<>(Math.min(gatherRouters, waiting.size()));
    while (!waiting.isEmpty() && blocks.size() < gatherRouters) {
      StepBlock block = waiting.poll();
      block.launched = true;
      neededWaiting -= block.needed ? 1 : 0;
      blocks.add(block);
    }
    return blocks;
  }

  private void take(Wave wave) {
    long start = System.nanoTime();
    try {
      Map<NetworkShape, List<TrainingStep>> byShape = new LinkedHashMap<>();
      for (StepBlock block : wave.blocks()) {
        block.owner().waited(start - block.since());
        for (TrainingStep step : block.steps()) {
          byShape.computeIfAbsent(step.shape(), shape -> new ArrayList<>()).add(step);
        }
      }
      for (List<TrainingStep> steps : byShape.values()) {
        launch(steps, wave.reason());
      }
    } catch (Throwable e) { // errors too: a task waits for it
      fail(e, wave.blocks());
      return;
    }
    policy.launched(System.nanoTime() - start);
    wave.blocks().forEach(StepBlock::take);
    wake();
    notifyOwners(wave.blocks());
  }

  private void launch(List<TrainingStep> steps, LaunchReason reason) {
    if (!lost) {
      statistics.launched(reason, steps.size());
      try {
        device().step(steps);
        return;
      } catch (BackendException e) {
        statistics.failed();
        LOG.error(
            "{} failed on {} training steps of networks; they are redone in plain Java, and so will"
                + " all others be until the job starts anew",
            device().name(),
            steps.size(),
            e);
        lost = true;
        closeDevice();
      }
    }
    new ReferenceBackend().step(steps); // few: the subtasks take those that come now themselves
  }

  private void fail(Throwable cause, List<StepBlock> launched) {
    List<StepBlock> concerned = new ArrayList<>(launched);
    lock.lock();
    try {
      failure = cause;
      concerned.addAll(waiting);
      waiting.clear();
      neededWaiting = 0;
      taken.signalAll();
    } finally {
      lock.unlock();
    }
    notifyOwners(concerned);
  }

  private void wake() {
    lock.lock();
    try {
      taken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void notifyOwners(List<StepBlock> blocks) {
    Map<GatheredSteps, List<StepBlock>> byOwner = new LinkedHashMap<>();
    for (StepBlock block : blocks) {
      byOwner.computeIfAbsent(block.owner(), owner -> new ArrayList<>()).add(block);
    }
    byOwner.forEach(GatheredSteps::settled);
  }

  private void closeDevice() {
    try {
      device().close();
    } catch (RuntimeException e) {
      LOG.warn("{} did not close", device().name(), e);
    }
  }

  private void stop() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
      taken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread, which gives the device back after the launch that may be running. */
  @Override
  public void close() {
    stop();
    try {
      thread.join(CLOSING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("{} still computes; it is given back when it has ended", device().name());
    }
  }
}
