"""The matter: its registration, its passages through the stages, its plan and its meetings."""
