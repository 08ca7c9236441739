// SPDX-License-Identifier: GPL-3.0-or-later
package moa.classifiers.driftmoe;

import com.github.javacliparser.FileOption;
import com.github.javacliparser.IntOption;
import com.github.javacliparser.MultiChoiceOption;
import com.github.javacliparser.StringOption;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import moa.capabilities.CapabilitiesHandler;
import moa.capabilities.Capability;
import moa.capabilities.ImmutableCapabilities;
import moa.classifiers.AbstractClassifier;
import moa.classifiers.MultiClassClassifier;
import moa.core.Measurement;
import moa.core.ObjectRepository;
import moa.core.StringUtils;
import moa.tasks.TaskMonitor;
import org.jspecify.annotations.Nullable;

/**
 * The mixture of DriftMoE as a classifier of MOA: {@code -l driftmoe.DriftMoE} on MOA's command
 * line. With weights of 1 it predicts and learns what a {@link io.driftmoe.router.MixtureOfExperts}
 * with the same configuration, seed and events does, bit for bit.
 *
 * <ul>
 *   <li>A missing value is missing, and so is an infinite one.
 *   <li>A value of a nominal attribute, an attribute or a class that the header did not have when
 *       the first instance came: the value is missing, the attribute is left out, and instances of
 *       the class are counted but not learned. A header of other sizes makes a new mixture as long
 *       as nothing has been learned; afterwards MOA refuses headers that lack something.
 *   <li>Instances without a class and those of weight 0 or less are not learned.
 *   <li>An instance of weight w is learned floor(w) times, and once more with the probability of
 *       the rest, drawn from the seed; at most 64 times.
 *   <li>The label of an instance is learned with the prediction that was made for it, if that is
 *       among the latest (option {@code -w}), else with a new one.
 * </ul>
 *
 * <p>Copying and saving write the options as MOA does, and the mixture as versioned bytes.
 */
public final class DriftMoE extends AbstractClassifier
    implements MultiClassClassifier, CapabilitiesHandler {
  private static final long serialVersionUID = 1L;

  private static final int MOST_TIMES = 64;
  private static final int MOST_WAITING = 1_000_000;

  /** The configuration that all other settings change: option {@code -p}. */
  public final MultiChoiceOption presetOption =
      new MultiChoiceOption(
          "preset",
          'p',
          "Configuration of the mixture.",
          Arrays.stream(Preset.values()).map(Preset::key).toArray(String[]::new),
          new String[] {
            "forest, neighbours, network and specialists under a soft mixture",
            "as published: an expert for each regime of the data",
            "as published: an expert for each class"
          },
          Preset.ADAPTIVE.ordinal());

  /** Settings as the section {@code learner} of a job has them, in one line: option {@code -s}. */
  public final StringOption settingsOption =
      new StringOption(
          "settings",
          's',
          "Settings that differ from the preset, as YAML or JSON in one line, such as"
              + " (top-k: 2) or (pool: [naive-bayes, hoeffding-tree]).",
          "");

  /** A YAML file of such settings: option {@code -f}. */
  public final FileOption settingsFileOption =
      new FileOption(
          "settingsFile",
          'f',
          "YAML file of settings that differ from the preset.",
          null,
          "yaml",
          false);

  /** How many predictions are kept for their labels: option {@code -w}. */
  public final IntOption waitingOption =
      new IntOption(
          "waiting",
          'w',
          "Predictions that are kept until their labels come; more than 1 where labels are late.",
          1,
          1,
          MOST_WAITING);

  /** Seed of the mixture: option {@code -r}. That of MOA's base class is not shown to anybody. */
  public final IntOption seedOption =
      new IntOption("seed", 'r', "Seed of everything random in the mixture.", 1);

  /** Header that the mixture was made for; null before the first instance. */
  private @Nullable InstancesHeader learnedHeader;

  private long unknownClasses;

  private transient @Nullable LearnedMixture learned;

  /** Makes a classifier with MOA's seed 1 and the preset adaptive. */
  public DriftMoE() {}

  @Override
  public String getPurposeString() {
    return "DriftMoE: an online mixture of experts for streams whose concept drifts.";
  }

  @Override
  public boolean isRandomizable() {
    return true;
  }

  @Override
  public void setRandomSeed(int seed) {
    super.setRandomSeed(seed);
    seedOption.setValue(seed);
  }

  @Override
  public void prepareForUseImpl(TaskMonitor monitor, ObjectRepository repository) {
    super.setRandomSeed(seedOption.getValue());
    super.prepareForUseImpl(monitor, repository);
  }

  @Override
  public ImmutableCapabilities defineImmutableCapabilities() {
    return new ImmutableCapabilities(Capability.VIEW_STANDARD, Capability.VIEW_LITE);
  }

  /**
   * Forgets everything.
   *
   * @throws IllegalArgumentException naming an option or a setting that is wrong
   */
  @Override
  public void resetLearningImpl() {
    config(); // says what is wrong before the first instance comes
    learned = null;
    learnedHeader = null;
    unknownClasses = 0;
  }

  /**
   * Takes note of the attributes and classes to come.
   *
   * @param context header of the stream, with a nominal class
   * @throws IllegalArgumentException when its class is numeric, or it lacks what has been learned
   */
  @Override
  public void setModelContext(@Nullable InstancesHeader context) {
    super.setModelContext(context);
    if (!trainingHasStarted()) {
      learned = null;
      learnedHeader = null;
    }
    if (context != null && learned == null) {
      new HeaderSchema(context); // rejects what cannot be learned
    }
  }

  /**
   * Predicts.
   *
   * @param instance its class is not looked at
   * @return a probability for each class of the header
   */
  @Override
  public double[] getVotesForInstance(Instance instance) {
    return learnedFor(instance).votes(instance);
  }

  /**
   * Learns a labelled instance.
   *
   * @param instance has a class and a weight above 0
   */
  @Override
  public void trainOnInstanceImpl(Instance instance) {
    if (!learnedFor(instance).learn(instance, times(instance.weight()))) {
      unknownClasses++;
    }
  }

  private int times(double weight) {
    int whole = (int) Math.min(weight, MOST_TIMES);
    double rest = Math.min(weight, MOST_TIMES) - whole;
    return rest > 0 && classifierRandom.nextDouble() < rest ? whole + 1 : whole;
  }

  private LearnedMixture learnedFor(Instance instance) {
    LearnedMixture present = learned;
    if (present == null) {
      InstancesHeader context = getModelContext();
      InstancesHeader header = context == null ? new InstancesHeader(instance.dataset()) : context;
      present = LearnedMixture.create(config(), header, waitingOption.getValue());
      learned = present;
      learnedHeader = header;
    }
    return present;
  }

  private MixtureConfig config() {
    return LearnerOptions.config(
        presetOption.getChosenLabel(),
        settingsOption.getValue(),
        settingsFileOption.getFile(),
        seedOption.getValue());
  }

  /** {@return the same measurements at any time, 0 before the first instance} */
  @Override
  protected Measurement[] getModelMeasurementsImpl() {
    LearnedMixture present = learned;
    return new Measurement[] {
      new Measurement("experts", present == null ? 0 : present.mixture().experts()),
      new Measurement("experts and members replaced", present == null ? 0 : present.replacements()),
      new Measurement("drift alarms", present == null ? 0 : present.alarms()),
      new Measurement("instances of unknown classes", unknownClasses)
    };
  }

  /**
   * Describes what has been learned.
   *
   * @param out receives the description
   * @param indent spaces before each line
   */
  @Override
  public void getModelDescription(StringBuilder out, int indent) {
    if (learned == null) {
      return;
    }
    learned
        .mixture()
        .describe()
        .lines()
        .forEach(
            line -> {
              StringUtils.appendIndented(out, indent, line);
              StringUtils.appendNewline(out);
            });
  }

  /** {@return about how many bytes of heap the mixture takes; -1 when its size cannot be told} */
  @Override
  public long measureByteSize() {
    try {
      return learned == null ? 0 : learned.heapBytes();
    } catch (IOException e) {
      return -1; // that is what MOA says without its agent
    }
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    byte[] bytes = learned == null ? new byte[0] : learned.toBytes();
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    int length = in.readInt();
    byte[] bytes = in.readNBytes(Math.max(0, length));
    if (bytes.length != length) {
      throw new InvalidObjectException(
          "the mixture has %s of %s bytes".formatted(bytes.length, length));
    }
    if (length > 0) {
      if (learnedHeader == null) {
        throw new InvalidObjectException("a mixture without a header");
      }
      learned = LearnedMixture.fromBytes(bytes, learnedHeader);
    }
  }
}
