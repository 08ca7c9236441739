// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.Structure;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The state of a multi-layer perceptron under Adam: parameters, both moments, step count. The
 * arithmetic on it lives in a {@link NetworkBackend} or {@link NetworkArithmetic}.
 *
 * <p>Layer l maps {@code sizes[l]} values to {@code sizes[l + 1]}: {@code weights[in × out]},
 * row-major, then {@code biases[out]}. All layers lie one after the other in one flat array, and
 * the moments likewise, so that Adam is one loop and a device copies one buffer; a back end that
 * needs another layout keeps a copy. ReLU after every layer but the last; dropout, where it acts,
 * after the first ReLU.
 */
public final class Mlp {
  private static final String TAG = "MLP_";
  private static final int VERSION = 1;

  private final int[] sizes;
  private final List<Integer> sizeList;
  private final int[] weightOffsets;
  private final int[] biasOffsets;
  private final float[] parameters;
  private final float[] firstMoments;
  private final float[] secondMoments;
  private long steps;

  private Mlp(int[] sizes) {
    if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "sizes must name inputs and outputs of at least 1, got " + Arrays.toString(sizes));
    }
    this.sizes = sizes.clone();
    this.sizeList = Arrays.stream(sizes).boxed().toList();
    int layers = sizes.length - 1;
    this.weightOffsets = new int[layers];
    this.biasOffsets = new int[layers];
    long total = 0;
    for (int l = 0; l < layers; l++) {
      weightOffsets[l] = Math.toIntExact(total);
      total += (long) sizes[l] * sizes[l + 1];
      biasOffsets[l] = Math.toIntExact(total);
      total += sizes[l + 1];
    }
    this.parameters = new float[Math.toIntExact(total)];
    this.firstMoments = new float[parameters.length];
    this.secondMoments = new float[parameters.length];
  }

  /**
   * Makes a fresh network: weights uniform in ±sqrt(6 / (in + out)), biases zero (Glorot, Bengio:
   * Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010).
   *
   * @param seed of the weights
   * @param sizes inputs, hidden layers, outputs; each at least 1
   * @return a network that has taken no step
   * @throws IllegalArgumentException when there are fewer than two sizes or one is below 1
   */
  public static Mlp xavier(long seed, int... sizes) {
    Mlp mlp = new Mlp(sizes);
    SplitMix64 random = new SplitMix64(seed);
    for (int l = 0; l < mlp.layers(); l++) {
      double bound = StrictMath.sqrt(6.0 / (sizes[l] + sizes[l + 1]));
      for (int i = mlp.weightOffsets[l]; i < mlp.biasOffsets[l]; i++) {
        mlp.parameters[i] = (float) ((2 * random.nextDouble() - 1) * bound);
      }
    }
    return mlp;
  }

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @param sizes the network must have
   * @return the restored network
   * @throws IOException when the bytes are truncated, of an unknown version or of other sizes
   */
  public static Mlp restore(DataInput in, int... sizes) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    int[] found = SnapshotArrays.readInts(in);
    if (!Arrays.equals(found, sizes)) {
      throw new IOException(
          "snapshot holds a network of sizes %s, expected %s"
              .formatted(Arrays.toString(found), Arrays.toString(sizes)));
    }
    Mlp mlp = new Mlp(sizes);
    mlp.steps = in.readLong();
    SnapshotArrays.readFloats(in, mlp.parameters);
    SnapshotArrays.readFloats(in, mlp.firstMoments);
    SnapshotArrays.readFloats(in, mlp.secondMoments);
    return mlp;
  }

  /**
   * Writes parameters, moments and step count as versioned bytes.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    SnapshotArrays.writeInts(out, sizes);
    out.writeLong(steps);
    SnapshotArrays.writeFloats(out, parameters);
    SnapshotArrays.writeFloats(out, firstMoments);
    SnapshotArrays.writeFloats(out, secondMoments);
  }

  /**
   * {@return sizes of the layers and Adam steps; where they are asked for the parameters of each
   * layer: {@code weights}, the outputs of its first input first, and {@code biases}}
   *
   * @param detail how much of it
   */
  public Structure structure(Structure.Detail detail) {
    Structure structure = new Structure("network").put("layers", sizeList).put("adam-steps", steps);
    if (detail.weights()) {
      List<Structure> layers = new ArrayList<>();
      for (int l = 0; l < layers(); l++) {
        layers.add(
            new Structure()
                .put("weights", parameters(weightOffsets[l], sizes[l] * sizes[l + 1]))
                .put("biases", parameters(biasOffsets[l], sizes[l + 1])));
      }
      structure.put("parameters", layers);
    }
    return structure;
  }

  private List<Float> parameters(int from, int count) {
    List<Float> values = new ArrayList<>(count);
    for (int i = from; i < from + count; i++) {
      values.add(parameters[i]);
    }
    return values;
  }

  /** {@return the number of weight matrices} */
  public int layers() {
    return sizes.length - 1;
  }

  /**
   * {@return the width of the input (l = 0), of hidden layer l, or of the output (l = layers)}
   *
   * @param l number of the layer, from 0 to {@link #layers()}
   */
  public int size(int l) {
    return sizes[l];
  }

  /** {@return the widths of inputs, hidden layers and outputs} */
  public List<Integer> sizes() {
    return sizeList;
  }

  /** {@return the width of the input} */
  public int inputs() {
    return sizes[0];
  }

  /** {@return the width of the output} */
  public int outputs() {
    return sizes[sizes.length - 1];
  }

  /**
   * {@return where the weights of layer l start in {@link #parameters()}}
   *
   * @param l number of the layer, from 0 to {@link #layers()} - 1
   */
  public int weightOffset(int l) {
    return weightOffsets[l];
  }

  /**
   * {@return where the biases of layer l start in {@link #parameters()}}
   *
   * @param l number of the layer, from 0 to {@link #layers()} - 1
   */
  public int biasOffset(int l) {
    return biasOffsets[l];
  }

  /**
   * The parameters themselves, for the back end to read and update. They change with {@link
   * #nextStep()} alone: a back end may keep a copy in another layout for as long as the network has
   * taken no further step.
   *
   * @return all layers, each with its weights, then its biases, at {@link #weightOffset} and {@link
   *     #biasOffset}
   */
  public float[] parameters() {
    return parameters;
  }

  /** {@return Adam's running mean of the gradient, per parameter} */
  public float[] firstMoments() {
    return firstMoments;
  }

  /** {@return Adam's running mean of the squared gradient, per parameter} */
  public float[] secondMoments() {
    return secondMoments;
  }

  /** {@return the number of Adam steps taken so far} */
  public long steps() {
    return steps;
  }

  /**
   * Counts one more Adam step.
   *
   * @return its number, from 1
   */
  public long nextStep() {
    return ++steps;
  }
}
