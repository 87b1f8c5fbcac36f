from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_administration'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='auditentry',
            options={'verbose_name': 'entry of the trail', 'verbose_name_plural': 'entries of the audit trail'},
        ),
    ]
