// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.schemas.avro.FeatureEvent;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import org.junit.jupiter.api.Test;

class WireRecordTest {

  @Test
  void generatedClasses_areTrustedWithoutAnySystemProperty() throws Exception {
    assertThat(System.getProperty("org.apache.avro.SERIALIZABLE_PACKAGES")).isNull();
    assertThat(System.getProperty("org.apache.avro.SERIALIZABLE_CLASSES")).isNull();
    for (SpecificRecord record : records()) {
      assertTrusted(record.getSchema());
      record.getSchema().getFields().forEach(field -> assertTrusted(field.schema()));
    }
    assertThat(ClassSecurityValidator.getGlobal().isTrusted(String.class)).isTrue();
    assertThat(ClassSecurityValidator.getGlobal().isTrusted(ProcessBuilder.class)).isFalse();
  }

  @Test
  void builder_givesDefaults() {
    FeatureEvent event =
        FeatureEvent.newBuilder()
            .setModelKey("k")
            .setEventId("e")
            .setEventTime(1)
            .setFeatures(List.of(1.0))
            .build();
    assertThat(event).isEqualTo(new FeatureEvent("k", "e", 1L, List.of(1.0), null, false));
  }

  /** An error of the set-up must not look like a bad message. */
  @Test
  void codec_avroTrustsNobody_failsBeforeAnyMessage() throws WireFormatException {
    SingleObjectCodec<FeatureEvent> earlier = SingleObjectCodec.of(FeatureEvent.class);
    byte[] message = earlier.encode(Samples.featureEvent());
    ClassSecurityPredicate trusted = ClassSecurityValidator.getGlobal();
    ClassSecurityValidator.setGlobal(type -> false);
    try {
      assertThatThrownBy(() -> SingleObjectCodec.of(FeatureEvent.class))
          .isInstanceOf(SecurityException.class)
          .hasMessageContaining("io.driftmoe.schemas.avro.FeatureEvent");
      assertThat(earlier.decode(message)).isEqualTo(Samples.featureEvent());
    } finally {
      ClassSecurityValidator.setGlobal(trusted);
    }
  }

  /** As in Flink, where each job brings its own copy of these classes and may share Avro's. */
  @Test
  void codec_classesLoadedTwiceOverOneAvro_eachReadsItsOwn() throws Exception {
    roundTripIn(new OwnCopyLoader());
    ClassSecurityPredicate trusted = ClassSecurityValidator.getGlobal();
    roundTripIn(new OwnCopyLoader());
    assertThat(ClassSecurityValidator.getGlobal()).isSameAs(trusted);
  }

  private static void roundTripIn(ClassLoader loader) throws Exception {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      Class<?> type = loader.loadClass("io.driftmoe.schemas.avro.DriftEvent");
      assertThat(type.getClassLoader()).isSameAs(loader);
      Class<?> codecType = loader.loadClass("io.driftmoe.schemas.SingleObjectCodec");
      Object codec = codecType.getMethod("of", Class.class).invoke(null, type);
      byte[] message =
          SingleObjectCodec.of(io.driftmoe.schemas.avro.DriftEvent.class)
              .encode(Samples.driftEvent());

      SpecificRecord decoded =
          (SpecificRecord) codecType.getMethod("decode", byte[].class).invoke(codec, message);
      assertThat(decoded).isInstanceOf(type);
      assertThat(decoded.get(4).getClass().getClassLoader()).isSameAs(loader);
      assertThat(codecType.getMethod("encode", SpecificRecord.class).invoke(codec, decoded))
          .isEqualTo(message);
    } finally {
      Thread.currentThread().setContextClassLoader(context);
    }
  }

  private static void assertTrusted(Schema schema) {
    switch (schema.getType()) {
      case RECORD, ENUM -> {
        Class<?> type = new SpecificData(WireRecordTest.class.getClassLoader()).getClass(schema);
        assertThat(type).as(schema.getFullName()).isNotNull();
        assertThat(ClassSecurityValidator.getGlobal().isTrusted(type)).isTrue();
      }
      default -> {}
    }
  }

  private static List<SpecificRecord> records() {
    return Stream.<SpecificRecord>of(
            Samples.featureEvent(),
            Samples.labelEvent(),
            Samples.predictionEvent(),
            Samples.driftEvent(),
            Samples.metricsEvent(),
            Samples.deadLetter(),
            Samples.explanation(),
            Samples.question())
        .toList();
  }

  /**
   * Defines this module's classes itself and takes all others, Avro's included, from its parent.
   */
  private static final class OwnCopyLoader extends ClassLoader {
    OwnCopyLoader() {
      super(WireRecordTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.driftmoe.schemas.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? define(name) : loaded;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
