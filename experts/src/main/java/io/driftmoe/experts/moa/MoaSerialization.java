// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import moa.classifiers.Classifier;

/**
 * The only place where a model passes through Java serialization: classifiers of MOA have no other
 * form. Whoever starts the JVM must have allowed it; a file cannot allow itself to be read. Classes
 * other than MOA's and Java's collections are never read.
 */
final class MoaSerialization {
  /** System property that allows it, and its value. */
  private static final String PROPERTY = "driftmoe.java-serialization";

  private static final String ALLOWED = "allow";

  private static final int LARGEST = 1 << 30;
  private static final int CHUNK = 1 << 20;

  private static final ObjectInputFilter CLASSES =
      ObjectInputFilter.Config.createFilter(
          "moa.**;com.yahoo.labs.samoa.**;com.github.javacliparser.**;java.lang.*;java.util.**;!*");

  private MoaSerialization() {}

  /**
   * Refuses unless the JVM was started with the property.
   *
   * @throws IOException that says how to allow it
   */
  static void requireAllowed(String learner) throws IOException {
    if (!ALLOWED.equals(System.getProperty(PROPERTY))) {
      throw new IOException(
          ("MOA's %s can only be saved and restored by Java serialization, which is off; the JVM"
                  + " option -D%s=%s allows it where you trust what is restored")
              .formatted(learner, PROPERTY, ALLOWED));
    }
  }

  static byte[] write(String learner, Classifier classifier) throws IOException {
    requireAllowed(learner);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(classifier);
    } catch (NotSerializableException e) {
      throw new IOException(
          "MOA's %s cannot be saved: its %s is not serializable".formatted(learner, e.getMessage()),
          e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #write} wrote, after its length.
   *
   * @throws IOException when the bytes are no classifier of this type
   */
  static <T extends Classifier> T read(String learner, Class<T> type, DataInput in)
      throws IOException {
    requireAllowed(learner);
    byte[] bytes = bytes(in);
    try (ObjectInputStream objects = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      objects.setObjectInputFilter(CLASSES);
      return type.cast(objects.readObject());
    } catch (InvalidClassException e) {
      throw new IOException(
          "snapshot of MOA's %s holds a class that is not read: %s"
              .formatted(learner, e.getMessage()),
          e);
    } catch (ClassNotFoundException | RuntimeException e) {
      throw new IOException("snapshot of MOA's %s is damaged: %s".formatted(learner, e), e);
    }
  }

  /** A length that is wrong must not take memory for bytes that do not come. */
  private static byte[] bytes(DataInput in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LARGEST) {
      throw new IOException("snapshot names %s bytes of a classifier".formatted(length));
    }
    ByteArrayOutputStream read = new ByteArrayOutputStream(Math.min(length, CHUNK));
    byte[] chunk = new byte[Math.min(length, CHUNK)];
    for (int left = length; left > 0; left -= chunk.length) {
      if (left < chunk.length) {
        chunk = new byte[left];
      }
      in.readFully(chunk);
      read.write(chunk);
    }
    return read.toByteArray();
  }
}
