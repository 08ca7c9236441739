// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.BackendException;
import io.driftmoe.networks.DeviceUse;
import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.ReferenceBackend;
import io.driftmoe.networks.TrainingStep;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** A device, the reference unless another is given, whose use is seen and that can be broken. */
final class ObservedBackend implements NetworkBackend {
  private final NetworkBackend device;
  private final List<Launch> launches = new CopyOnWriteArrayList<>();
  private final Semaphore arrivals = new Semaphore(0);
  private final AtomicReference<Throwable> nextFailure = new AtomicReference<>();
  private volatile Semaphore permits;
  private volatile int failAt = -1;
  private volatile boolean closed;

  ObservedBackend() {
    this(new ReferenceBackend());
  }

  ObservedBackend(NetworkBackend device) {
    this.device = device;
  }

  /** One call. */
  record Launch(NetworkShape shape, int routers, Thread thread) {}

  /** From now on every launch waits for a permit. */
  Semaphore hold() {
    permits = new Semaphore(0);
    return permits;
  }

  /** Lets all go on. */
  void letGo() {
    Semaphore held = permits;
    permits = null;
    held.release(1_000_000);
  }

  /** Returns when so many more launches have begun. */
  void awaitBegun(int count) throws InterruptedException {
    arrivals.acquire(count);
  }

  void failNext(Throwable failure) {
    nextFailure.set(failure);
  }

  void failNext() {
    failNext(new BackendException("injected: the device is gone"));
  }

  /** Says before which launch the device is gone, from 0. */
  ObservedBackend failAt(int launch) {
    failAt = launch;
    return this;
  }

  List<Launch> launches() {
    return launches;
  }

  List<Integer> sizes() {
    return launches.stream().map(Launch::routers).toList();
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public String name() {
    return "observed";
  }

  @Override
  public void forward(List<ForwardPass> passes) {
    throw new AssertionError("predictions stay on the host");
  }

  @Override
  public void step(List<TrainingStep> steps) {
    if (closed) {
      throw new AssertionError("used after it was closed");
    }
    launches.add(new Launch(steps.get(0).shape(), steps.size(), Thread.currentThread()));
    Semaphore held = permits; // before it is known to have begun, else it might meet the next hold
    arrivals.release();
    if (held != null) {
      held.acquireUninterruptibly();
    }
    if (launches.size() - 1 == failAt) {
      failNext();
    }
    Throwable failure = nextFailure.getAndSet(null);
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
    device.step(steps);
  }

  @Override
  public DeviceUse used() {
    return new DeviceUse(launches.size(), launches.size(), 8L * launches.size(), 4);
  }

  @Override
  public void close() {
    closed = true;
    device.close();
  }
}
