// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Watches for what holds up a whole process: collections of garbage, and moments in which a thread
 * that had nothing to do but wake up every millisecond was not let. The latter are pauses of the
 * JVM as well, or processors that are taken by others (as the jHiccup tool measures it).
 */
final class PauseWatch implements AutoCloseable {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** A thread that wakes up so much too late was held up. */
  private static final long HELD_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private final Spans collections = new Spans();
  private final Spans heldUp = new Spans();
  private final NotificationListener listener = this::note;
  private final Thread thread = new Thread(this::tick, "pause-watch");
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final long start = System.nanoTime();
  private final long cpuAtStart = system.getProcessCpuTime();
  private volatile boolean closed;

  /** Starts at once. */
  PauseWatch() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector).addNotificationListener(listener, null, null);
    }
    thread.setDaemon(true);
    thread.start();
  }

  private void note(Notification notification, Object handback) {
    if (!notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      return;
    }
    var collection =
        GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
            .getGcInfo();
    // both in milliseconds since the JVM started
    long now = ManagementFactory.getRuntimeMXBean().getUptime();
    long nanos = System.nanoTime();
    collections.add(
        nanos - TimeUnit.MILLISECONDS.toNanos(now - collection.getStartTime()),
        nanos - TimeUnit.MILLISECONDS.toNanos(now - collection.getEndTime()));
  }

  private void tick() {
    long last = System.nanoTime();
    while (!closed) {
      LockSupport.parkNanos(TICK_NANOS);
      long now = System.nanoTime();
      if (now - last > TICK_NANOS + HELD_UP_NANOS) {
        heldUp.add(last, now);
      }
      last = now;
    }
  }

  /** When garbage was collected. */
  Spans collections() {
    return collections;
  }

  /** When a thread that only had to wake up did not, for more than 4 ms. */
  Spans heldUp() {
    return heldUp;
  }

  /** How many processors this process has used on average since the start. */
  double coresUsed() {
    return (double) (system.getProcessCpuTime() - cpuAtStart) / (System.nanoTime() - start);
  }

  @Override
  public void close() {
    closed = true;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      try {
        ((NotificationEmitter) collector).removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        throw new IllegalStateException(e); // it was added at the start
      }
    }
  }
}
