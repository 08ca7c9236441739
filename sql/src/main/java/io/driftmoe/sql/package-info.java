// SPDX-License-Identifier: GPL-3.0-or-later
/** The learner in Flink SQL: functions that predict and learn, and a provider of models. */
@NullMarked
package io.driftmoe.sql;

import org.jspecify.annotations.NullMarked;
