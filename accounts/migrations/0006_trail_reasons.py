from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_audit_trail'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('reason', ''), _negated=True), fields=['reason'], name='trail_of_a_reason'),
        ),
    ]
