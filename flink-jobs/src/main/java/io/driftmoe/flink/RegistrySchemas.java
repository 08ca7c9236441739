// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schemas of a registry by their ids, which never change: those that were used lately are kept. An
 * id that the registry does not know is asked for again after a minute; such ids are kept apart, so
 * that a topic full of them pushes out nothing that is needed. What it does not answer is asked
 * again within half a minute; then the task fails and Flink starts it anew from its last
 * checkpoint, so that no record is lost because of a registry.
 */
final class RegistrySchemas {
  private static final Logger LOG = LoggerFactory.getLogger(RegistrySchemas.class);
  private static final int MOST_SCHEMAS = 1_000;
  private static final Duration UNKNOWN_FOR = Duration.ofMinutes(1);
  private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(30);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  /** A registry of several servers may know an id on one of them a moment later. */
  private static final int ASKED_FOR_UNKNOWN = 3;

  /** So many unknown ids within {@link #UNKNOWN_FOR} are no hurry of their writers, but wrong. */
  private static final int MANY_UNKNOWN = 20;

  /** Waits between two attempts. */
  interface Pause {
    void millis(long millis) throws InterruptedException;
  }

  /** Why an id has no schema, and since when. */
  private record Refused(String reason, long at) {}

  private final RegistryClient client;
  private final Clock clock;
  private final Pause pause;
  private final Map<Integer, Schema> known = new Latest<>();
  private final Map<Integer, Refused> refused = new Latest<>();

  /** When ids turned out to be unknown, the latest of them. */
  private final ArrayDeque<Long> unknown = new ArrayDeque<>();

  /** Of many entries those that were used last. */
  private static final class Latest<V> extends LinkedHashMap<Integer, V> {
    private static final long serialVersionUID = 1L;

    Latest() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
      return size() > MOST_SCHEMAS;
    }
  }

  RegistrySchemas(RegistryClient client) {
    this(client, Clock.systemUTC(), Thread::sleep);
  }

  RegistrySchemas(RegistryClient client, Clock clock, Pause pause) {
    this.client = client;
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * {@return the schema of an id}
   *
   * @throws RejectedException when it can be none, or the registry says that there is no such
   *     schema, or it is none of Avro's
   * @throws IOException when it says nothing of the kind within half a minute
   */
  Schema byId(int id) throws RejectedException, IOException {
    if (id <= 0) {
      throw RejectedException.undecodable(
          "schema id %s is none of a registry: they are greater than 0".formatted(id));
    }
    Schema schema = known.get(id);
    if (schema != null) {
      return schema;
    }
    Refused before = refused.get(id);
    if (before != null && isRecent(before.at)) {
      throw RejectedException.undecodable(before.reason);
    }
    try {
      schema = ask(id);
    } catch (RejectedException e) {
      refused.put(id, new Refused(String.valueOf(e.getMessage()), clock.millis()));
      throw e;
    }
    refused.remove(id);
    known.put(id, schema);
    return schema;
  }

  private boolean isRecent(long at) {
    return clock.millis() - at < UNKNOWN_FOR.toMillis();
  }

  /** Whether waiting for each of them would stop the topic. */
  private boolean areManyUnknown() {
    return unknown.size() == MANY_UNKNOWN && isRecent(unknown.getFirst());
  }

  private void countUnknown() {
    if (unknown.size() == MANY_UNKNOWN) {
      unknown.removeFirst();
    }
    unknown.addLast(clock.millis());
  }

  private Schema ask(int id) throws RejectedException, IOException {
    long until = clock.millis() + LONGEST_OUTAGE.toMillis();
    long wait = FIRST_PAUSE_MILLIS;
    int most = areManyUnknown() ? 1 : ASKED_FOR_UNKNOWN;
    int asked = 0;
    while (true) {
      try {
        return client.schema(id);
      } catch (RejectedException e) {
        asked++;
        if (!e.isEarly()) {
          throw e;
        }
        if (asked >= most) {
          countUnknown();
          throw e;
        }
      } catch (RegistryRefusalException e) {
        throw e; // would be the same
      } catch (IOException e) {
        if (clock.millis() + wait > until) {
          throw new IOException(
              ("input.registry: schema id %s was not to be had for %s s, so the task fails and Flink"
                      + " starts it anew: %s")
                  .formatted(id, LONGEST_OUTAGE.toSeconds(), e.getMessage()),
              e);
        }
        LOG.warn("input.registry: schema id {}, asked for again: {}", id, e.getMessage());
      }
      pause(wait);
      wait = Math.min(2 * wait, LONGEST_PAUSE_MILLIS);
    }
  }

  private void pause(long millis) throws IOException {
    try {
      pause.millis(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("cancelled while a schema was asked for", e);
    }
  }
}
