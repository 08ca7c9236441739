// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.jspecify.annotations.Nullable;

/** What the serializers of our immutable records have in common: a copy is the record itself. */
abstract class ImmutableSerializer<T> extends PlainSerializer<T> {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public @Nullable T createInstance() {
    return null;
  }

  @Override
  public T copy(T from) {
    return from;
  }
}
