"""A weather API that answers from recordings, in the shape of Open-Meteo's `/v1/forecast`.

recordings  `data/weather/HH.json`: what such an API said of 60 cities at hours of one day
answer      the weather at a time: between two recordings, observed at the minute
app         HTTP: parameters, conditions, refusals
"""
