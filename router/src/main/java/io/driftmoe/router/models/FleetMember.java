// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** The model of one key of a {@link Fleet}: an object, or its packed bytes. */
final class FleetMember {
  private final long begun;
  private @Nullable MixtureOfExperts live;
  private byte @Nullable [] packed;

  private FleetMember(long begun, @Nullable MixtureOfExperts live, byte @Nullable [] packed) {
    this.begun = begun;
    this.live = live;
    this.packed = packed;
  }

  static FleetMember of(long begun, MixtureOfExperts mixture) {
    return new FleetMember(begun, mixture, null);
  }

  static FleetMember packed(long begun, byte[] bytes) {
    return new FleetMember(begun, null, bytes);
  }

  /** Which of all models of the fleet, in the order they began. */
  long begun() {
    return begun;
  }

  boolean isLive() {
    return live != null;
  }

  /** The model, unpacked if need be. */
  MixtureOfExperts mixture(ModelOrigin origin, MixtureConfig config) throws IOException {
    MixtureOfExperts mixture = live;
    byte[] bytes = packed;
    if (mixture == null) {
      if (bytes == null) {
        throw new IllegalStateException("a member is live or packed");
      }
      mixture = restore(bytes, origin, config);
      live = mixture;
      packed = null;
    }
    return mixture;
  }

  /** The model as it is now, to be looked at: a packed one stays packed. */
  MixtureOfExperts read(ModelOrigin origin, MixtureConfig config) throws IOException {
    MixtureOfExperts mixture = live;
    return mixture == null ? restore(bytes(), origin, config) : mixture;
  }

  static MixtureOfExperts restore(byte[] bytes, ModelOrigin origin, MixtureConfig config)
      throws IOException {
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      return MixtureOfExperts.restore(config, origin.schema(), in);
    }
  }

  void pack() throws IOException {
    packed = bytes();
    live = null;
  }

  /** The packed bytes; a live model stays live. */
  byte[] bytes() throws IOException {
    byte[] bytes = packed;
    MixtureOfExperts mixture = live;
    return bytes != null || mixture == null ? Objects.requireNonNull(bytes) : packed(mixture);
  }

  static byte[] packed(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes, deflater))) {
      mixture.writeSnapshot(out);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }
}
