from enquiries import enquiry_urls, member_urls, my_urls, registration_urls

app_name = "enquiries"
urlpatterns = [
    *enquiry_urls.urlpatterns,
    *registration_urls.urlpatterns,
    *member_urls.urlpatterns,
    *my_urls.urlpatterns,
]
