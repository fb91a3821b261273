from kerasapps.recipes.hypermodels import hypermodel as hypermodel
from kerasapps.tuning.space import option_values as option_values
from kerasapps.tuning.space import space_table as space_table
