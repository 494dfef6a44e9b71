"""Predictions to make."""

from labkit.views.questions.prediction import Prediction, predict
