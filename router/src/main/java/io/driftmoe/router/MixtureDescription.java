// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.drift.Adwin;
import io.driftmoe.drift.DriftDetector;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What a mixture has learned, for people. What its parts say of themselves are lines, without a
 * format to rely on.
 *
 * @param learned events learned
 * @param predicted events predicted
 * @param overall scores over all labels
 * @param window scores over the last labels
 * @param detector what watches the errors
 * @param gates lines of each gate
 * @param gateEntropy see {@link MixtureOfExperts#gateEntropy}
 * @param labelMemory lines of the last labels; none where they are not remembered
 * @param experts in the order of their positions
 */
public record MixtureDescription(
    long learned,
    long predicted,
    PrequentialEvaluator.Scores overall,
    PrequentialEvaluator.Scores window,
    String detector,
    List<String> gates,
    double gateEntropy,
    List<String> labelMemory,
    List<OfExpert> experts) {

  /**
   * Copies the lists.
   *
   * @param learned events learned
   * @param predicted events predicted
   * @param overall scores over all labels
   * @param window scores over the last labels
   * @param detector what watches the errors
   * @param gates lines of each gate
   * @param gateEntropy see {@link MixtureOfExperts#gateEntropy}
   * @param labelMemory lines of the last labels; none where they are not remembered
   * @param experts in the order of their positions
   */
  public MixtureDescription {
    Objects.requireNonNull(overall, "overall");
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(detector, "detector");
    gates = List.copyOf(gates);
    labelMemory = List.copyOf(labelMemory);
    experts = List.copyOf(experts);
  }

  /**
   * One expert.
   *
   * @param name see {@link MixtureOfExperts#expertNames}
   * @param settings of its kind, in the keys of configurations
   * @param share of the events learned by the holders of its place, 0 to 1
   * @param replaced how many experts have held its place before
   * @param attendance whether it attends; empty where all experts attend all events
   * @param learned its own lines
   */
  public record OfExpert(
      String name,
      JsonNode settings,
      double share,
      int replaced,
      Optional<OfAttendance> attendance,
      List<String> learned) {

    /**
     * Copies the list.
     *
     * @param name see {@link MixtureOfExperts#expertNames}
     * @param settings of its kind, in the keys of configurations
     * @param share of the events learned by the holders of its place, 0 to 1
     * @param replaced how many experts have held its place before
     * @param attendance whether it attends; empty where all experts attend all events
     * @param learned its own lines
     */
    public OfExpert {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(settings, "settings");
      Objects.requireNonNull(attendance, "attendance");
      learned = List.copyOf(learned);
    }
  }

  /**
   * Whether an expert attends.
   *
   * @param asleep whether it is paused
   * @param gain what it gains the mixture, in nats an event
   */
  public record OfAttendance(boolean asleep, double gain) {}

  static String of(DriftDetector detector) {
    return detector instanceof Adwin adwin
        ? String.format(
            Locale.ROOT,
            "ADWIN with delta %s, mean error %.4f over the last %,d labels",
            adwin.delta(),
            adwin.mean(),
            adwin.width())
        : detector.getClass().getSimpleName();
  }

  /** {@return all of it in words, in several lines} */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "%,d events learned, %,d predicted", learned, predicted);
    scores(text, "all", overall);
    scores(text, "last", window);
    line(text, "detector: %s", detector);
    line(text, "gates, weights of entropy %.3f (0 one expert, 1 all alike):", gateEntropy);
    gates.forEach(gate -> line(text, "  %s", gate));
    labelMemory.forEach(said -> line(text, "%s", said));
    for (OfExpert expert : experts) {
      line(text, "%s: %s", expert.name, expert.settings);
      line(
          text,
          "  learned %.1f %% of the events, %d before it in this place",
          100 * expert.share,
          expert.replaced);
      expert.attendance.ifPresent(
          attendance ->
              line(
                  text,
                  "  %s, gains the mixture %.4f nats an event",
                  attendance.asleep ? "asleep" : "attends",
                  attendance.gain));
      expert.learned.forEach(said -> line(text, "  %s", said));
    }
    return text.toString();
  }

  private static void scores(StringBuilder text, String which, PrequentialEvaluator.Scores scores) {
    line(
        text,
        "%s %,d labels: accuracy %.2f %%, kappa %.2f, kappa-M %.2f, kappa-temporal %.2f",
        which,
        scores.labels(),
        scores.accuracy(),
        scores.kappa(),
        scores.kappaM(),
        scores.kappaT());
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
