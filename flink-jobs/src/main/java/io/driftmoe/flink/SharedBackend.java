// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.networks.BackendUnavailableException;
import io.driftmoe.networks.LargeStacksBackend;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.flink.api.common.JobID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the subtasks of one job share on one TaskManager: the choice of the back end, and the
 * gatherer where it is a device. It exists from when the first asks for it until the last gives it
 * back.
 */
final class SharedBackend {
  private static final Logger LOG = LoggerFactory.getLogger(SharedBackend.class);
  private static final Map<Key, SharedBackend> IN_USE = new HashMap<>();

  /**
   * Jobs never share, even where they are configured alike: one must not stop the other's steps.
   */
  private record Key(JobID job, JobOptions.Router options, List<NetworkShape> shapes) {}

  private final Key key;

  /** Under the lock of {@link #IN_USE}. */
  private int users;

  private final ReentrantLock opening = new ReentrantLock();

  /** Under that lock. */
  private @Nullable ChosenBackend chosen;

  // Written under that lock, when all is open; null before, the gatherer also where there is none.
  private volatile @Nullable BackendChoice choice;
  private volatile @Nullable StepGatherer gatherer;

  private SharedBackend(Key key) {
    this.key = key;
  }

  /**
   * Joins the other subtasks, or is the first and opens what is needed.
   *
   * @param shapes of the training steps of the networks of one model, each once
   * @param subtasks of the job
   * @return to be given back with {@link #release}
   */
  static SharedBackend acquire(
      JobID job,
      JobOptions.Router options,
      List<NetworkShape> shapes,
      int subtasks,
      BackendSource source)
      throws BackendUnavailableException, InterruptedException {
    Key key = new Key(job, options, List.copyOf(shapes));
    SharedBackend shared;
    synchronized (IN_USE) {
      shared = IN_USE.get(key);
      if (shared == null || shared.isBroken()) {
        shared = new SharedBackend(key); // users of a broken one still give that back
        IN_USE.put(key, shared);
      }
      shared.users++;
    }
    boolean opened = false;
    try {
      shared.open(source, subtasks);
      opened = true;
      return shared;
    } finally {
      if (!opened) {
        shared.release();
      }
    }
  }

  private void open(BackendSource source, int subtasks)
      throws BackendUnavailableException, InterruptedException {
    opening.lockInterruptibly(); // others wait for what may take seconds
    try {
      if (chosen == null) {
        chosen = source.choose(key.options, key.shapes, subtasks);
      }
      if (choice == null && chosen.choice().mayGather()) {
        openDevice(source, chosen);
      }
      choice = chosen.choice();
    } finally {
      opening.unlock();
    }
  }

  private void openDevice(BackendSource source, ChosenBackend device)
      throws BackendUnavailableException, InterruptedException {
    try {
      gatherer =
          StepGatherer.start(
              () -> open(source, device), key.options.gatherRouters(), key.options.gatherDelay());
    } catch (BackendUnavailableException e) {
      if (key.options.backend() != BackendChoice.AUTO) {
        throw e;
      }
      LOG.warn("router.backend auto: the device was fastest and then did not open", e);
      chosen = ChosenBackend.all(opens(source, device.host()) ? device.host() : BackendChoice.JAVA);
    }
  }

  /** Whether the subtasks can have a host; it may be what did not open beside the device. */
  private boolean opens(BackendSource source, BackendChoice host) {
    if (host == BackendChoice.JAVA) {
      return true;
    }
    try {
      source.open(host, null, key.shapes).close();
      return true;
    } catch (BackendUnavailableException e) {
      LOG.warn("router.backend auto: the fastest host did not open either", e);
      return false;
    }
  }

  private NetworkBackend open(BackendSource source, ChosenBackend from)
      throws BackendUnavailableException {
    NetworkBackend device = source.open(from.choice(), key.options.device(), key.shapes);
    if (from.leastStacks().isEmpty()) {
      return device;
    }
    boolean opened = false;
    try {
      NetworkBackend host = source.open(from.host(), null, key.shapes);
      opened = true;
      return new LargeStacksBackend(device, host, from.leastStacks());
    } finally {
      if (!opened) {
        device.close();
      }
    }
  }

  private boolean isBroken() {
    return gatherer != null && gatherer.isBroken();
  }

  /** Java, simd or opencl. */
  BackendChoice choice() {
    return Objects.requireNonNull(choice, "not open");
  }

  /** Null where the choice is no device. */
  @Nullable StepGatherer gatherer() {
    return gatherer;
  }

  /** Gives it back; the last closes the device. */
  void release() {
    synchronized (IN_USE) {
      users--;
      if (users > 0) {
        return;
      }
      IN_USE.remove(key, this);
    }
    if (gatherer != null) {
      gatherer.close();
    }
  }

  /** For tests: how many there are in this JVM. */
  static int inUse() {
    synchronized (IN_USE) {
      return IN_USE.size();
    }
  }
}
