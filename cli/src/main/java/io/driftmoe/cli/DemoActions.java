// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.LocalJob;
import io.driftmoe.page.PageAction;
import io.driftmoe.page.PageModel;
import io.driftmoe.page.PlantedChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the page of a demo can do to the stream and to the job, while the stream is sent. One thing
 * at a time.
 */
final class DemoActions {
  private static final String NOTHING_SENT = "Nothing is sent at present.";
  private static final String NOT_YET = "The job is starting.";

  private final PlantedByHand drifts;
  private final DelayedByHand labels;
  private final BadRecords bad;
  private @Nullable LocalJob job;
  private boolean ended;

  DemoActions(PlantedByHand drifts, DelayedByHand labels, BadRecords bad) {
    this.drifts = drifts;
    this.labels = labels;
    this.bad = bad;
  }

  /** Begins; until then, and after the end, nothing is done. */
  synchronized void begin(LocalJob running) {
    job = running;
  }

  /** Ends; what is being done is done first. */
  synchronized void end() {
    job = null;
    ended = true;
  }

  /**
   * The buttons.
   *
   * @param all whether there are those that {@link DemoPlan#mayBeDisturbed} asks for
   */
  List<PageAction> on(PageModel model, boolean all) {
    List<PageAction> actions = new ArrayList<>();
    actions.add(
        action(
            "plant-drift",
            "Plant a drift now",
            "From the next event on, every example has the class that comes after its own.",
            running -> plant(model)));
    if (all) {
      actions.add(
          action(
              "delay-labels",
              "Delay the labels",
              String.format(
                  Locale.ROOT,
                  "The labels of the next %,d events come %,d events later.",
                  DelayedByHand.EVENTS,
                  DelayedByHand.LATER),
              running -> String.format(Locale.ROOT, "From event %,d on.", labels.delay())));
      actions.add(
          action(
              "send-bad-records",
              "Send bad records",
              "%s that are no Avro, %s that lack an attribute, %s of an unknown class."
                  .formatted(BadRecords.EACH, BadRecords.EACH, BadRecords.EACH),
              running -> bad.send() + " sent; each becomes a dead letter."));
      actions.add(
          action(
              "kill-taskmanager",
              "Kill the TaskManager",
              "Another one starts, on which the job goes on from its last checkpoint.",
              running -> kill(model, running)));
    }
    return actions;
  }

  /** Does something to a job and says what came of it. */
  @FunctionalInterface
  private interface Work {
    String on(LocalJob job) throws CommandException, LocalException, InterruptedException;
  }

  private PageAction action(String name, String label, String explanation, Work work) {
    return new PageAction(name, label, explanation, () -> carryOut(work));
  }

  private synchronized String carryOut(Work work) {
    if (job == null || !drifts.isSent()) {
      return job == null && !ended ? NOT_YET : NOTHING_SENT;
    }
    try {
      return work.on(job);
    } catch (CommandException | LocalException e) {
      return FailureMessage.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "The page is closing.";
    }
  }

  private String plant(PageModel model) {
    OptionalLong event = drifts.plant();
    if (event.isEmpty()) {
      return NOTHING_SENT;
    }
    model.plant(new PlantedChange(event.getAsLong(), event.getAsLong() + 1));
    return String.format(Locale.ROOT, "Planted at event %,d.", event.getAsLong());
  }

  private static String kill(PageModel model, LocalJob running)
      throws LocalException, InterruptedException {
    long began = System.currentTimeMillis();
    running.replaceTaskManager();
    model.outage("The TaskManager was killed", began, System.currentTimeMillis());
    return "Killed.";
  }
}
