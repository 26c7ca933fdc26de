from rest_framework.routers import SimpleRouter

from dashboards.api import FigureViewSet
from dashboards.baseline_api import BaselineViewSet

app_name = "dashboards-api"

router = SimpleRouter()
router.register("baseline", BaselineViewSet, basename="baseline")
router.register("figures", FigureViewSet, basename="figures")

urlpatterns = router.urls
