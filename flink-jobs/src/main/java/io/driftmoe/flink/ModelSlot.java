// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PartFailure;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.SavedModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * What Flink's keyed state holds of a model: the model itself while it is live, or only its bytes:
 * parked, or restored and not used since.
 *
 * <p>{@link #park} and {@link #successor} change how a model is held and not what is held. So they
 * may be called while a checkpoint that includes this very object is written by another thread,
 * which finds either form; each waits while the other reads a live model. Everything else is for
 * the thread of the operator, and for an object that the state has just handed out.
 */
final class ModelSlot {
  private static final String TAG = "slot";

  /** Version 2 is of a model that a fleet has in common; those of keys are written as version 1. */
  private static final int VERSION = 2;

  private static final int VERSION_OF_KEYS = 1;

  private sealed interface Form permits Live, Packed {}

  private record Live(ModelState state) implements Form {}

  /**
   * @param spec under which the bytes were written
   * @param compressed whether {@link Deflater} has been over them
   */
  private record Packed(ModelSpec spec, boolean compressed, byte[] bytes) implements Form {
    private byte[] unpacked() throws IOException {
      if (!compressed) {
        return bytes;
      }
      try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
        return in.readAllBytes();
      }
    }

    private int checksum() {
      CRC32C sum = new CRC32C();
      sum.update(ByteBuffer.wrap(bytes));
      return (int) sum.getValue();
    }
  }

  private volatile Form form;
  private long lastUse;

  /** Whether a fleet has the model in common: it is under {@link ModelSpec#inCommon} then. */
  private final boolean common;

  private ModelSlot(Form form, long lastUse, boolean common) {
    this.form = form;
    this.lastUse = lastUse;
    this.common = common;
  }

  /** Holds a live model. */
  static ModelSlot of(ModelState state) {
    return new ModelSlot(new Live(state), 0, false);
  }

  /**
   * Holds a live model that a fleet has in common.
   *
   * @param state under {@link ModelSpec#inCommon}
   */
  static ModelSlot inCommon(ModelState state) {
    return new ModelSlot(new Live(state), 0, true);
  }

  private ModelSpec own(ModelSpec wanted) {
    return common ? wanted.inCommon() : wanted;
  }

  /**
   * The model, live from now on, under the settings of the job.
   *
   * @throws IOException when it cannot be read or go on under them, which a restore has checked
   */
  ModelState state(ModelSpec wanted) throws IOException {
    Form now = form;
    ModelState state =
        now instanceof Live live
            ? live.state.under(own(wanted))
            : read((Packed) now).under(own(wanted));
    if (!(now instanceof Live live && live.state == state)) {
      form = new Live(state);
    }
    return state;
  }

  /** Of the job that saved the model, or in which it is live. */
  ModelSpec spec() {
    Form now = form;
    return now instanceof Live live ? live.state.jobSpec() : ((Packed) now).spec;
  }

  boolean isLive() {
    return form instanceof Live;
  }

  /** Whether it holds compressed bytes and nothing else. */
  boolean isParked() {
    return form instanceof Packed packed && packed.compressed;
  }

  /** Keeps compressed bytes only, until the model is used again. */
  synchronized void park() throws IOException {
    Form now = form;
    if (now instanceof Live live) {
      form = new Packed(live.state.jobSpec(), true, compressed(bytes(live.state)));
    } else if (now instanceof Packed packed && !packed.compressed) {
      form = new Packed(packed.spec, true, compressed(packed.bytes));
    }
  }

  /** About how many bytes of heap the model takes. */
  long heapBytes() throws IOException {
    Form now = form;
    return now instanceof Live live ? live.state.heapBytes() : ((Packed) now).bytes.length;
  }

  /** Up to which number the model has taken commands; nothing becomes live because of it. */
  long commandsSeen() throws IOException {
    Form now = form;
    return (now instanceof Live live ? live.state : read((Packed) now)).commandsSeen;
  }

  /** When the last record of the model came, in the order of {@link KeyedModels}. */
  long lastUse() {
    return lastUse;
  }

  void usedAt(long use) {
    lastUse = use;
  }

  /**
   * One that goes on like this one, which from now on is only written. A grown model is handed over
   * as it is, and its bytes are kept here in its place: to make another one from them would hold up
   * the operator for three times as long.
   */
  synchronized ModelSlot successor() throws IOException {
    Form now = form;
    if (!(now instanceof Live live)) {
      return new ModelSlot(now, lastUse, common);
    }
    if (live.state.mixture.isYoung()) {
      return new ModelSlot(new Live(live.state.successor()), lastUse, common);
    }
    form = new Packed(live.state.jobSpec(), false, bytes(live.state));
    return new ModelSlot(live, lastUse, common);
  }

  /**
   * Writes the model as a {@link ModelFile} holds it. Nothing becomes live because of it.
   *
   * @param wanted settings of the job
   */
  synchronized void writeFile(String modelKey, ModelSpec wanted, OutputStream out)
      throws IOException {
    Form now = form;
    ModelState state =
        now instanceof Live live ? live.state : read((Packed) now).under(own(wanted));
    ModelFile.write(out, new SavedModel(modelKey, state.spec().origin(), state.mixture));
  }

  synchronized void write(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, common ? VERSION : VERSION_OF_KEYS);
    out.writeLong(lastUse);
    Form now = form;
    boolean compressed = now instanceof Packed packed && packed.compressed;
    out.writeBoolean(compressed);
    if (now instanceof Packed packed) {
      if (compressed) {
        out.writeInt(packed.checksum());
      }
      out.write(packed.bytes);
    } else if (now instanceof Live live) {
      live.state.write(out);
    }
  }

  /**
   * Reads what {@link #write} wrote, or {@link ModelState#write} of versions before there were
   * slots. A model is read as a whole, to find out whether it can be, and held as bytes: a job may
   * be restored on less memory than it had.
   *
   * @param spec under which it was written; of versions before slots, only the names of presets may
   *     have been kept there, and the model itself says what it was made from
   */
  static ModelSlot read(ModelSpec spec, byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (!SnapshotHeader.begins(bytes, TAG)) {
      return new ModelSlot(restored(spec.with(savedConfig(bytes)), bytes), 0, false);
    }
    boolean common = SnapshotHeader.read(in, TAG, VERSION) > VERSION_OF_KEYS;
    ModelSpec own = common ? spec.inCommon() : spec;
    long lastUse = in.readLong();
    if (!in.readBoolean()) {
      return new ModelSlot(restored(own, in.readAllBytes()), lastUse, common);
    }
    int checksum = in.readInt();
    Packed packed = new Packed(own, true, in.readAllBytes());
    if (packed.checksum() != checksum) {
      throw new IOException("the bytes of a parked model are damaged: their checksum is another");
    }
    return new ModelSlot(packed, lastUse, common);
  }

  private static MixtureConfig savedConfig(byte[] bytes) throws IOException {
    try {
      return ModelState.savedConfig(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (EOFException e) {
      throw new IOException("model state ends after %s bytes".formatted(bytes.length), e);
    }
  }

  private static Packed restored(ModelSpec spec, byte[] bytes) throws IOException {
    Packed asItWas = new Packed(spec, false, bytes);
    ModelState state = read(asItWas);
    if (!unread(state.mixture).isEmpty()) {
      return asItWas; // read again, and reported then, when the model is used
    }
    // written again, since an older layout may need the very spec it was saved with
    return new Packed(spec, false, bytes(state));
  }

  /** What could not be read of a mixture that was just restored: fresh parts are in its place. */
  static List<PartFailure> unread(MixtureOfExperts restored) {
    List<PartFailure> unread = new ArrayList<>();
    restored.containFailures(unread::add);
    restored.containFailures(null);
    return unread;
  }

  private static ModelState read(Packed packed) throws IOException {
    byte[] bytes = packed.unpacked();
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    ModelState state;
    try {
      state = ModelState.read(packed.spec, new DataInputStream(in));
    } catch (EOFException e) {
      throw new IOException("model state ends after %s bytes".formatted(bytes.length), e);
    }
    if (in.available() > 0) {
      throw new IOException("%s bytes follow the end of the model state".formatted(in.available()));
    }
    return state;
  }

  private static byte[] bytes(ModelState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 12);
    state.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static byte[] compressed(byte[] bytes) throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream(bytes.length / 2 + 64);
    // weights and statistics compress little; a higher level takes many times as long
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream out = new DeflaterOutputStream(target, deflater, 1 << 13)) {
      out.write(bytes);
    } finally {
      deflater.end();
    }
    return target.toByteArray();
  }
}
