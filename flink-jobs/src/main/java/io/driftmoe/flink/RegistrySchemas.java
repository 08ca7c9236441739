// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schemas of a registry by their ids, which never change: those that were used lately are kept. An
 * id that the registry does not know is asked for again after a minute. What it does not answer is
 * asked again within half a minute; then the task fails and Flink starts it anew from its last
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

  /** Waits between two attempts. */
  interface Pause {
    void millis(long millis) throws InterruptedException;
  }

  /** What is known of an id. */
  private record Known(@Nullable Schema schema, String refusal, long at) {}

  private final RegistryClient client;
  private final Clock clock;
  private final Pause pause;

  private final Map<Integer, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Known> eldest) {
          return size() > MOST_SCHEMAS;
        }
      };

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
   * @throws RejectedException when the registry says that there is no such schema, or it is none of
   *     Avro's
   * @throws IOException when it says nothing of the kind within half a minute
   */
  Schema byId(int id) throws RejectedException, IOException {
    Known found = known.get(id);
    if (found == null || found.schema == null && isOld(found)) {
      found = ask(id);
      known.put(id, found);
    }
    if (found.schema == null) {
      throw RejectedException.undecodable(found.refusal);
    }
    return found.schema;
  }

  private boolean isOld(Known found) {
    return clock.millis() - found.at >= UNKNOWN_FOR.toMillis();
  }

  private Known ask(int id) throws IOException {
    long until = clock.millis() + LONGEST_OUTAGE.toMillis();
    long wait = FIRST_PAUSE_MILLIS;
    int unknown = 0;
    while (true) {
      try {
        return new Known(client.schema(id), "", clock.millis());
      } catch (RejectedException e) {
        unknown++;
        if (unknown == ASKED_FOR_UNKNOWN || !e.isEarly()) {
          return new Known(null, String.valueOf(e.getMessage()), clock.millis());
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
