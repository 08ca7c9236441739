// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows: records in, a snapshot out. It keeps a bounded part of what comes, whatever
 * the rates, the number of model keys and the length of texts. Thread-safe.
 */
public final class PageModel {
  /** Models in the list; more are kept, for who looks at them. */
  static final int KEYS_SHOWN = 50;

  static final int ALARMS = 30;

  private final OutputCodec<PredictionEvent> predictions = OutputCodec.of(PredictionEvent.class);
  private final OutputCodec<DriftEvent> drifts = OutputCodec.of(DriftEvent.class);
  private final OutputCodec<MetricsEvent> metrics = OutputCodec.of(MetricsEvent.class);
  private final OutputCodec<DeadLetter> letters = OutputCodec.of(DeadLetter.class);

  private final PageSettings settings;
  private final LongSupplier nanos;
  private final List<PlantedChange> planted;
  private final KeyList keys;
  private final DeadLetterView deadLetters = new DeadLetterView();
  private final Deque<ExpertChange> alarms = new ArrayDeque<>();
  private final Throughput throughput = new Throughput();
  private long version;
  private long skipped;
  private long unreadable;
  private String trouble = "";
  private @Nullable Outage outage;

  /** Begins with nothing. */
  public PageModel(PageSettings settings) {
    this(settings, System::nanoTime);
  }

  /**
   * @param nanos a clock that never jumps
   */
  PageModel(PageSettings settings, LongSupplier nanos) {
    this.settings = settings;
    this.nanos = nanos;
    this.planted = new ArrayList<>(settings.planted());
    this.keys = new KeyList(planted);
  }

  /**
   * Takes in the value of one record. One that cannot be read is counted and left out: anybody may
   * write to a topic.
   *
   * @param written when it was, epoch milliseconds
   */
  public synchronized void accept(PageTopic topic, byte @Nullable [] value, long written) {
    version++;
    if (outage != null) {
      outage = outage.heard(written);
    }
    try {
      switch (topic) {
        case PREDICTIONS -> prediction(predictions.decode(value));
        case DRIFT_EVENTS -> change(ExpertChange.of(drifts.decode(value)));
        case METRICS -> report(metrics.decode(value));
        case DEAD_LETTERS -> deadLetters.add(letters.decode(value));
      }
    } catch (WireFormatException e) {
      unreadable++;
    }
  }

  private void prediction(PredictionEvent event) {
    KeyView view = keys.find(event.getModelKey(), nanos.getAsLong());
    if (view != null) {
      view.prediction(event, nanos.getAsLong());
    }
  }

  private void change(ExpertChange change) {
    if (!change.isOfModel()) {
      return;
    }
    KeyView view = keys.find(change.modelKey(), nanos.getAsLong());
    if (view != null) {
      view.change(change, nanos.getAsLong());
    }
    if (change.isAlarm() && !alarms.contains(change)) {
      alarms.addFirst(change);
      if (alarms.size() > ALARMS) {
        alarms.removeLast();
      }
    }
  }

  private void report(MetricsEvent event) {
    double score = event.getLabels() == 0 ? Double.NaN : event.getWindowKappaM();
    KeyView view = keys.find(event.getModelKey(), score, nanos.getAsLong());
    if (view != null) {
      view.report(event, nanos.getAsLong());
    }
  }

  /** Takes note of a drift that is planted with an event that nothing has learned yet. */
  public synchronized void plant(PlantedChange change) {
    planted.add(change);
    planted.sort(Comparator.comparingLong(PlantedChange::from));
    version++;
  }

  /**
   * Says that the job was put out of action.
   *
   * @param what a sentence without its full stop
   * @param from when that began, epoch milliseconds
   * @param to from when on a record comes from the job that has recovered
   */
  public synchronized void outage(String what, long from, long to) {
    outage = new Outage(ShownText.reason(what), from, to, Outage.NOT_YET);
    version++;
  }

  /**
   * Says how far reading is.
   *
   * @param written predictions on their topic so far
   * @param left records that were passed over since the last call, because more came than is read
   */
  public synchronized void progress(long written, long left) {
    double before = throughput.perSecond();
    throughput.add(written, nanos.getAsLong());
    skipped += left;
    if (left > 0 || Double.compare(before, throughput.perSecond()) != 0) {
      version++;
    }
  }

  /**
   * Says that the topics cannot be read at present.
   *
   * @param reason in words, empty when all is well
   */
  public synchronized void trouble(String reason) {
    if (!trouble.equals(reason)) {
      trouble = ShownText.reason(reason);
      version++;
    }
  }

  /** Grows with everything that may change a snapshot. */
  synchronized long version() {
    return version;
  }

  /** Keeps a model while somebody looks at it. */
  synchronized void watch(String key) {
    keys.watch(key, nanos.getAsLong());
  }

  synchronized void unwatch(String key) {
    keys.unwatch(key);
  }

  /**
   * What there is to show now.
   *
   * @param key model that is shown in detail; null or unknown for the one that does worst
   */
  public synchronized ObjectNode snapshot(@Nullable String key) {
    long now = nanos.getAsLong();
    List<KeyView> sorted = keys.worstFirst();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("job", settings.job());
    json.put("version", version);
    json.put("trouble", trouble);
    json.put("outage", outage == null ? "" : outage.text());
    Numbers.put(json, "eventsPerSecond", throughput.perSecond());
    json.put("skipped", skipped);
    json.put("unreadable", unreadable);
    json.put("keys", sorted.size());
    json.put("crowded", keys.isCrowded());
    settings.experts().stream().limit(Series.FAMILIES).forEach(json.putArray("familyNames")::add);
    ArrayNode changes = json.putArray("planted");
    planted.forEach(drift -> changes.addObject().put("from", drift.from()).put("to", drift.to()));
    ArrayNode list = json.putArray("models");
    sorted.stream().limit(KEYS_SHOWN).forEach(view -> view.toLine(list.addObject(), now));
    KeyView chosen = key == null ? null : keys.get(ShownText.id(key));
    if (chosen == null && !sorted.isEmpty()) {
      chosen = sorted.get(0);
    }
    if (chosen != null) {
      chosen.toDetail(json.putObject("model"), settings, now);
    }
    ArrayNode reported = json.putArray("alarms");
    alarms.forEach(alarm -> alarm.toJson(reported.addObject(), settings));
    deadLetters.toJson(json.putObject("deadLetters"));
    return json;
  }
}
