@echo off
rem Starts Stationmaster with the Java 25 or later of STATIONMASTER_JAVA (a java.exe or a JDK), JAVA_HOME or PATH.
setlocal
for %%d in ("%~dp0..") do set "app=%%~fd"
set "java="
if defined STATIONMASTER_JAVA (
  set "java=%STATIONMASTER_JAVA%"
  if exist "%STATIONMASTER_JAVA%\bin\java.exe" set "java=%STATIONMASTER_JAVA%\bin\java.exe"
)
if not defined java if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
if not defined java set "java=java.exe"
"%java%" --list-modules >nul 2>nul || goto none
"%java%" --list-modules | findstr /r "^java.base@2[5-9] ^java.base@[3-9][0-9]" >nul || goto none
"%java%" -XX:-UsePerfData --enable-native-access=ALL-UNNAMED "-Dstationmaster.home=%app%" ^
  -Djava.awt.headless=true %STATIONMASTER_JAVA_OPTIONS% -cp "%app%\lib\*" org.stationmaster.Stationmaster %*
exit /b %errorlevel%
:none
echo stationmaster: "%java%" is no Java 25 or later; install a JDK 25, or set STATIONMASTER_JAVA to its folder>&2
exit /b 2
